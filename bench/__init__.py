"""Measures this generator beside Hugo, on the same events and in the same minutes: `make bench`."""
