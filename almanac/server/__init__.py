"""`serve`: runs the pipeline at every change; a web server for this machine alone tells open pages to reload."""
