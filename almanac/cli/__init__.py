"""The command line: its frame, options, help, progress and tables, and the reports of problems."""
