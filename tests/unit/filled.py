"""The sheet of a clearing as an audited body sends it back."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable

    Row = tuple[str, ...]

_HEADER: Final = (
    "dependent",
    "provider",
    "relation",
    "requirement",
    "service_type",
    "answer",
    "at_least",
    "document",
    "remark",
)


def filled(rows: Iterable[Row], *, about: str, remark: str = "") -> bytes:
    """Return a sheet with these rows of needs: who needs, who is needed, the requirement, then what is answered."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "about"
    for told in (("what", "value"), ("organisation", about), ("answered on", "2026-02-01")):
        sheet.append(told)
    needs = book.create_sheet("needs")
    needs.append(_HEADER)
    for dependent, provider, requirement, *answer in rows:
        needs.append((dependent, provider, "uses", requirement, "", *answer, *[""] * (4 - len(answer))))
    remarks = book.create_sheet("remarks")
    remarks.append(("remark",))
    if remark:
        remarks.append((remark,))
    written = BytesIO()
    book.save(written)
    return written.getvalue()
