"""Parts of `benchmarks.speed`: the records, and each linker in a process of its own."""
