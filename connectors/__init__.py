"""The first room of the night: deliveries of five registers come in, rows and records of the common shape go out."""
