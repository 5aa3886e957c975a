"""Pages that the server renders; they load nothing from elsewhere."""
