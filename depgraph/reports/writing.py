"""A report as a file; the ending of its name says in which format."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from depgraph.errors import MissingPathError, UsageError
from depgraph.reports.html import render
from depgraph.usecases.answer import plain
from depgraph.usecases.auditor import report_to_auditor

if TYPE_CHECKING:
    from depgraph.usecases.auditor import AuditorReport
    from depgraph.usecases.opening import View


def write_report(kind: str, view: View, out: Path) -> None:
    """Write a report to `out`, whole or not at all.

    Raises
    ------
    UsageError
        If the kind or the ending of the file is none that there is, or the file cannot be written.

    """
    formats = {".html": _html, ".json": _json}
    if kind != "auditor":
        raise UsageError(f"there is no report '{kind}': use auditor")
    if out.suffix.lower() not in formats:
        raise UsageError(f"{out}: the ending '{out.suffix}' is no format of a report: use {' or '.join(formats)}")
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise MissingPathError(f"{out}: name a file in a folder that exists")
    _replace(out, formats[out.suffix.lower()](report_to_auditor(view)))


def _html(report: AuditorReport) -> str:
    return render("auditor.html", report=report)


def _json(report: AuditorReport) -> str:
    flat = plain(report)
    assert isinstance(flat, dict)  # noqa: S101 - a report is a dataclass
    flat["meta"] = report.meta.plain()
    return json.dumps(flat, ensure_ascii=False, indent=1) + "\n"


def _replace(out: Path, text: str) -> None:
    """Write beside the file and move over it, so that a reader never sees half a report."""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=out.absolute().parent, prefix=out.name, suffix=".part")
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror})") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(out)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"{out}: cannot be written ({error.strerror})") from None
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
