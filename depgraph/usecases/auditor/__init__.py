"""The report to an auditor: what it asks, what it assumes, and of whom; the demo shows parts of it."""
