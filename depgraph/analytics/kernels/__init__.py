"""Compiled loops over arrays: what the measures run on, 512 scenarios or sources at a time."""
