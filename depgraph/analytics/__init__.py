"""Pure functions on a graph."""
