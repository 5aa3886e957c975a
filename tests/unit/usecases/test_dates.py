"""A date in another form is given back in the right one."""

from __future__ import annotations

import pytest

from depgraph.errors import UsageError
from depgraph.usecases.dates import iso_date


@pytest.mark.parametrize("written", ["2026-03-01", "20260301"])
def test_iso_8601_is_read(written: str) -> None:
    assert iso_date(written, "as of") == "2026-03-01"


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("13-03-2026", "write it as 2026-03-13"),
        ("3/13/2026", "write it as 2026-03-13"),
        ("5.5.2026", "write it as 2026-05-05"),
        ("2026/3/1", "write it as 2026-03-01"),
        ("01-03-2026", "write 2026-03-01 if the day comes first, 2026-01-03 if the month does"),
        ("31-02-2026", "is no day of the calendar"),
        ("2026-02-30", "is not a date"),
        ("soon", "is not a date: write it as 2026-01-31"),
    ],
)
def test_what_was_meant_is_offered(written: str, cure: str) -> None:
    with pytest.raises(UsageError) as refused:
        iso_date(written, "as of")
    assert str(refused.value).startswith(f"as of '{written}' ")
    assert cure in str(refused.value)
