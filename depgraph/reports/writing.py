"""A report as a file; the ending of its name says in which format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from depgraph.errors import UsageError
from depgraph.reports.html import render
from depgraph.reports.kinds import KINDS
from depgraph.usecases.answer import plain
from depgraph.usecases.legible import legible_json
from depgraph.usecases.whole_files import check_output, whole_file

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.reports.kinds import Report
    from depgraph.usecases.view import View


def write_report(kind: str, view: View, out: Path, *, sector: str = "", hub: str = "") -> None:
    """Write a report on all, or on one sector or hub, to `out`, whole or not at all.

    Raises
    ------
    UsageError
        If the kind or the ending of the file is none that there is, the file cannot be written, or nobody is in
        the sector and hub.

    """
    formats = {".html": _html, ".json": _json}
    if kind not in KINDS:
        raise UsageError(f"there is no report '{kind}': use {', '.join(KINDS)}")
    if out.suffix.lower() not in formats:
        raise UsageError(f"{out}: the ending '{out.suffix}' is no format of a report: use {' or '.join(formats)}")
    check_output(out)
    build, template = KINDS[kind]
    text = formats[out.suffix.lower()](build(view, sector=sector, hub=hub), template)
    with whole_file(out) as file:
        file.write(text)


def _html(report: Report, template: str) -> str:
    return render(template, report=report)


def _json(report: Report, _template: str) -> str:
    flat = plain(report)
    assert isinstance(flat, dict)  # noqa: S101 - a report is a dataclass
    flat["meta"] = report.meta.plain()
    return legible_json(json.dumps(flat, ensure_ascii=False, indent=1)) + "\n"
