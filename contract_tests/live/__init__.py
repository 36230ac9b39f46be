"""Layer 8: the real sandbox. Opt-in, by hand, and never in a pull request: it posts a credit."""
