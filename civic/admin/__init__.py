"""The back office of the ground floor."""
