"""The command line: its frame, its options, its help, progress, and how problems are shown."""
