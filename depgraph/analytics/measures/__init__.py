"""Measures: each one function of a graph that answers one question; `metrics` lists the public ones."""
