"""Events to and from tables and calendars, for `new`, `import` and `export`."""
