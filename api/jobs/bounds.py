"""`Bounds`: how much one request may ask of the server; each is refused with a problem that says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one request may ask.

    Attributes
    ----------
    body : int
        Bytes of a question.
    body_seconds : float
        How long it may take to come in.
    question_seconds : float
        How long a question may be worked on whose answer is waited for.
    turn_seconds : float
        How long it may wait for its turn.
    upload : int
        Bytes of an import.
    upload_seconds : float
        How long it may take to come in.
    uploads : int
        Imports that come in at the same time.
    waiting_bytes : int
        Of the files of imports that are not done.
    job_seconds : float
        How long a job may run.
    waiting_own, waiting : int
        Jobs of one caller, and of all, that are not done.
    kept_own : int
        Jobs of one caller that are kept, done or not.
    kept_days : int
        How long what a job made is kept.

    """

    body: int = 1 << 20
    body_seconds: float = 30.0
    question_seconds: float = 60.0
    turn_seconds: float = 60.0
    upload: int = 1 << 28
    upload_seconds: float = 600.0
    uploads: int = 4
    waiting_bytes: int = 1 << 31
    job_seconds: float = 3_600.0
    waiting_own: int = 20
    waiting: int = 200
    kept_own: int = 1_000
    kept_days: int = 7


USUAL: Final = Bounds()
"""What is allowed if nobody says so."""
