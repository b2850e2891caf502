"""The first room of the night: deliveries of the five registers come in, rows and records of the common shape go out."""
