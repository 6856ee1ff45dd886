"""Benchmarks this generator against Hugo on the same events, in alternating runs: `make bench`."""
