"""Two documents side by side: every difference in meaning, without knowing the client."""
