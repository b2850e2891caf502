"""What a long past costs a night: `python -m benchmarks.history`."""
