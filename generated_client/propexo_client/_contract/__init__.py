"""The vendor's contract as this package carries it, and where this copy came from."""
