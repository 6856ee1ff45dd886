"""The verbs of the command line. One file = one verb: each module declares `command`. To add one, add a file.

A verb that is a word of Python has an underscore after its file's name: `import_.py`.
"""
