"""The verbs of the command line. One file = one verb: each module declares `command`. To add one, add a file."""
