"""A report as a file; the ending of its name says in which format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from depgraph.errors import UsageError
from depgraph.reports.html import render
from depgraph.reports.kinds import KINDS
from depgraph.usecases.answer import plain
from depgraph.usecases.legible import legible_json
from depgraph.usecases.whole_files import check_output, whole_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.reports.kinds import Report
    from depgraph.usecases.questions.readings import Readings
    from depgraph.usecases.view import View


def write_report(
    kind: str, view: View, out: Path, *, sector: str = "", hub: str = "", readings: Readings | None = None
) -> None:
    """Write a report on all, or on one sector or hub, to `out`, whole or not at all.

    `readings` says how much of it rests on who is who.

    Raises
    ------
    UsageError
        If the kind or the ending of the file is none that there is, the file cannot be written, nobody is in
        the sector and hub, or what makes a PDF is not on this machine.

    """
    if kind not in KINDS:
        raise UsageError(f"there is no report '{kind}': use {', '.join(KINDS)}")
    check_form(out)
    check_output(out)
    build, template = KINDS[kind]
    made = FORMS[out.suffix.lower()](build(view, sector=sector, hub=hub, readings=readings), template)
    with whole_bytes(out) as file:
        file.write(made)


def check_form(out: Path) -> None:
    """Find that there is a format of the ending of a name, and that this machine can make it.

    Raises
    ------
    UsageError
        If not.

    """
    ending = out.suffix.lower()
    if ending not in FORMS:
        raise UsageError(f"{out}: the ending '{out.suffix}' is no format of a report: use {', '.join(FORMS)}")
    if ending == ".pdf":
        from depgraph.reports.pdf import pdf_engine  # noqa: PLC0415 - only a PDF needs it

        pdf_engine()


def _html(report: Report, template: str) -> bytes:
    return render(template, report=report).encode()


def _pdf(report: Report, template: str) -> bytes:
    from depgraph.reports.pdf import to_pdf  # noqa: PLC0415 - only a PDF needs it

    return to_pdf(render(template, report=report))


def _workbook(report: Report, _template: str) -> bytes:
    from depgraph.reports.workbook import to_workbook  # noqa: PLC0415 - only a workbook needs it

    return to_workbook(report)


def _json(report: Report, _template: str) -> bytes:
    flat = plain(report)
    assert isinstance(flat, dict)  # noqa: S101 - a report is a dataclass
    flat["meta"] = report.meta.plain()
    return f"{legible_json(json.dumps(flat, ensure_ascii=False, indent=1))}\n".encode()


FORMS: Final = {".html": _html, ".pdf": _pdf, ".xlsx": _workbook, ".json": _json}
"""What makes a file of a report, by the ending of its name."""
