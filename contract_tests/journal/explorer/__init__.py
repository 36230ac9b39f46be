"""An exhaustive search of what can become of one key: real flow, real rules, simulated world."""
