"""The catalogue: records linked and indexed, and what follows from them."""
