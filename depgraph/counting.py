"""How many of something there are, in words."""

from __future__ import annotations


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with what it counts: one of it, or several.

    Parameters
    ----------
    count : int
    one : str
        What one is called, and what is said of it.
    several : str, optional
        What several are called; without it, `one` with an s.

    Examples
    --------
    >>> counted(1, "need"), counted(1200, "need"), counted(0, "need")
    ('1 need', '1,200 needs', '0 needs')
    >>> counted(1, "party does", "parties do"), counted(2, "party does", "parties do")
    ('1 party does', '2 parties do')

    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
