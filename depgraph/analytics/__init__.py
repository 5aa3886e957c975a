"""Pure functions on a graph; `metrics` lists the public measures."""
