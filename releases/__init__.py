"""Press releases: channels, topics, releases, press conferences."""
