"""One module per source: a declaration and a function."""
