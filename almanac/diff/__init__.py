"""What changed for the public between two states of the content."""
