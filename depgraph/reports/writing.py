"""A report as a file; the ending of its name says in which format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from depgraph.errors import UsageError
from depgraph.reports.html import render
from depgraph.reports.kinds import KINDS, asked_of
from depgraph.reports.making import make_report
from depgraph.usecases.answer import plain
from depgraph.usecases.legible import legible_json
from depgraph.usecases.whole_files import check_output, refuse_folder, whole_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from depgraph.ports import Store
    from depgraph.reports.kinds import Report
    from depgraph.reports.making import Asked
    from depgraph.usecases.auditor.since import Since
    from depgraph.usecases.questions.readings import Readings
    from depgraph.usecases.replies import Replies
    from depgraph.usecases.traces import Samples
    from depgraph.usecases.view import View


def write_report(
    kind: str,
    view: View,
    out: Path,
    *,
    readings: Readings | None = None,
    samples: Samples | None = None,
    since: Since | None = None,
    replies: Replies | None = None,
    **asked: Any,
) -> None:
    """Write a report to `out`, whole or not at all.

    Parameters
    ----------
    kind : str
        A word of `KINDS`.
    view : View
    out : Path
    readings : Readings, optional
        How much of an auditor's report rests on who is who.
    samples : Samples, optional
        For an auditor: what was drawn of these facts to be traced.
    since : Since, optional
        What changed since an earlier one.
    replies : Replies, optional
        For an auditor: what audited bodies answered.
    **asked
        What this kind takes; the view is as seen by whom `asked_of` says.

    Raises
    ------
    UsageError
        If the kind or the ending of the file is none that there is, the file cannot be written, what is asked
        names nobody, or what makes a PDF is not on this machine.

    """
    given, _ = asked_of(kind, asked, as_keeper=False)
    check_form(out)
    check_output(out)
    given_too = {"readings": readings, "samples": samples, "since": since, "replies": replies}
    more = {name: value for name, value in given_too.items() if value is not None}
    _save(KINDS[kind].build(view, **given, **more), KINDS[kind].template, out)


def save_report(store: Store, asked: Asked, out: Path) -> None:
    """Make a report of a store and write it to `out`, whole or not at all.

    Raises
    ------
    UsageError
        As `write_report`.

    """
    check_form(out)
    check_output(out)
    _, report = make_report(store, asked)
    _save(report, asked.template, out)


def _save(report: Report, template: str, out: Path) -> None:
    made = FORMS[out.suffix.lower()](report, template)
    with whole_bytes(out) as file:
        file.write(made)


def check_form(out: Path) -> None:
    """Find that there is a format of the ending of a name, and that this machine can make it.

    Raises
    ------
    MissingPathError
        If it is a folder.
    UsageError
        If there is none, or it cannot.

    """
    refuse_folder(out)
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

    return to_pdf(render(template, report=report), attached=_json(report, template), as_of=report.meta.as_of)


def _workbook(report: Report, _template: str) -> bytes:
    from depgraph.reports.workbook import to_workbook  # noqa: PLC0415 - only a workbook needs it

    return to_workbook(report)


def _json(report: Report, _template: str) -> bytes:
    flat = plain(report)
    assert isinstance(flat, dict)  # noqa: S101 - a report is a dataclass
    flat["meta"] = report.meta.plain()
    return f"{legible_json(json.dumps(flat, ensure_ascii=False, indent=1))}\n".encode()


FORMS: Final[Mapping[str, Callable[[Report, str], bytes]]] = {
    ".html": _html,
    ".pdf": _pdf,
    ".xlsx": _workbook,
    ".json": _json,
}
"""What makes a file of a report and its template, by the ending of its name."""
