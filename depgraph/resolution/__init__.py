"""Which two parties may be one: what their names and addresses say, as a score with reasons. Deciding is for people."""
