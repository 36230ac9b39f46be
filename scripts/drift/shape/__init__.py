"""What a schema means, whatever its spelling: a normal form, and sets of values."""
