"""Small real inputs that travel with the package; SOURCES.md says where they come from."""
