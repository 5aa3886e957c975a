"""The API: reading doors to the use cases."""
