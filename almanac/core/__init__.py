"""What every layer may use: problems as values, messages, digests, git, coordinates, timing. Imports nothing above."""
