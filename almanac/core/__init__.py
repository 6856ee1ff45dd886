"""Code that every layer may use: problems as values, messages, digests, git, coordinates and timing."""
