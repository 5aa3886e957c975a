"""Answers become files that people read."""
