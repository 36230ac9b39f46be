"""Credit runs: what they promise, from one row of a file to many processes."""
