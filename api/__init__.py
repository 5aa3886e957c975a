"""The API: the questions of the command line over HTTP, reading only."""
