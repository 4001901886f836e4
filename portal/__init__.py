"""The storey on top: home, search, feeds, site map, desk, demo town. No models."""
