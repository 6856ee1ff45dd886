"""Reads files into records: sources, history, front matter, one declaration for each kind of record, the config."""
