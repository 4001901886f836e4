"""Issues, letters and what follows from them."""
