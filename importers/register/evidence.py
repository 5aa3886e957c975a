"""What a row says of evidence: a word, and the date that goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.model import EVIDENCE, check_evidence
from importers.readers import values

if TYPE_CHECKING:
    from importers.register.cells import Faults


def evidence(written: str) -> str:
    """Return how a redundancy or fallback is known; empty where the cell is blank.

    Examples
    --------
    >>> evidence(" Tested "), evidence("")
    ('tested', '')

    """
    return values.word(values.stated(written), EVIDENCE) if written.strip() else ""


def whole(faults: Faults, known: str, dated: str) -> None:
    """Take note of a word without the date that it asks for, and of a date without a word."""
    try:
        check_evidence(known, dated or None)
    except ValueError as error:
        faults.add("evidence" if dated else "evidence_date", str(error), "bad-evidence")
