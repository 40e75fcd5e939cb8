"""Writers of pages, one for each format: each takes pages and gives the bytes of a file, the same on every run."""
