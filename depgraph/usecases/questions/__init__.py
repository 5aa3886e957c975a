"""Each question that is asked of a graph: its rows, what it adds to them, and what limits them."""
