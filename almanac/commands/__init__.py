"""The verbs of the command line. Each file is one verb and declares `command`; to add a verb, add a file.

The file of a verb that is a keyword of Python has an underscore at its end: `import_.py`.
"""
