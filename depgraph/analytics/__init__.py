"""Pure functions on a graph: measures, what they stand on, cut sets, and the compiled kernels of all of them."""
