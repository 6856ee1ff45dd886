"""Events to and from tables and calendars: what `new`, `import` and `export` share. Nothing here knows of pages or feeds."""
