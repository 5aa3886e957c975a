"""What all sources share: from files to records, and from texts to values, each refused with its place and cure."""
