"""`serve`: the same pipeline at every change, and a web server on this machine alone that tells open pages to reload."""
