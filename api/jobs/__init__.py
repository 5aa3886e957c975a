"""Long work over HTTP: asked for, worked out in a process of its own, fetched when it is done."""
