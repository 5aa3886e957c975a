"""Where facts are kept: the only rooms that speak SQL and Cypher."""
