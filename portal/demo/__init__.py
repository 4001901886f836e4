"""The demo town: everything in it is invented, drawn and written for it."""
