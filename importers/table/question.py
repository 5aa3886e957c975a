"""`Question`: what has to be answered before a table can be read."""

from __future__ import annotations

from typing import NamedTuple

from depgraph.model import Finding, Level


class Question(NamedTuple):
    """What has to be answered.

    Attributes
    ----------
    key : str
    text : str
        What is asked, with what was found.
    choices : tuple of str
        What may be answered; empty where anything may.
    record : str
        Where it came up first.

    """

    key: str
    text: str
    choices: tuple[str, ...]
    record: str

    def finding(self, label: str) -> Finding:
        """Return the finding about it: where the mapping is open."""
        said = f"one of {', '.join(self.choices)}" if self.choices else ""
        told = "; ".join(filter(None, (said, self.record)))
        return Finding(Level.ERROR, "open-question", label, self.key, f"{self.text} ({told})" if told else self.text)
