"""What laws and reference lists define, as data with their sources."""
