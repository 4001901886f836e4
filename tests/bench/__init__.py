"""How long the work on figures takes with the rows of many years: `make bench`."""
