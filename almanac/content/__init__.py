"""From files to records: sources, front matter, fields, records."""
