"""Parts of `benchmarks.portal`: a multiplied sample, nights that are published meanwhile, readers, and the server."""
