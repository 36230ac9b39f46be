"""Real processes, killed and stopped at random moments: `make test-crash`."""
