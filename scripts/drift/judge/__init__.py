"""How much a difference matters, and to whom."""
