"""Takes the built site to where it is served: to a bucket of an object storage."""
