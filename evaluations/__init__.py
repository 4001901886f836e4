"""Standards, points, rounds and stars."""
