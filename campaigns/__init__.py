"""Drives, programmes, events and meetings."""
