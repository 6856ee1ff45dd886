"""The desk of `serve --edit`: pages on this machine on which editors write events, and the requests of these pages.

Decision 0024 says what it may do, and for whom. Its pages hold nothing of the site's drafts: they ask for it with the
token of this run. Threads of the web server check requests (`guard`) and hand them to the main thread (`tasks`), which
alone reads the site and writes files.
"""
