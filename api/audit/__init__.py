"""The audit log: who asked what, when, and what went out; each record bears the hash of the one before."""
