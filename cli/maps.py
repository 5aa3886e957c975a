"""A mapping as it is written: what was found, how the first rows would be read, what is open."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.output import write_object
from cli.outputs import check_out
from cli.session import say
from depgraph.counting import counted
from depgraph.errors import UsageError
from depgraph.usecases.answer import FORMAT, Plain
from depgraph.usecases.legible import legible
from depgraph.usecases.sheets import cell
from depgraph.usecases.whole_files import refuse_folder, whole_file
from importers.table.mapping import answers as answers_of
from importers.table.mapping import read_map
from importers.table.preview import preview
from importers.table.proposing import propose
from importers.table.writing import written_map

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.options import Form
    from importers.table.proposing import Proposal

_COLUMNS: Final = ("key", "question", "choices", "record")


def write_map(file: Path, *, sheet: str, answers: Sequence[str], out: Path | None, force: bool, form: Form) -> None:
    """Write a mapping for a table, and say what it rests on.

    Raises
    ------
    UsageError
        If there is a mapping already that is not to be taken further, or it cannot be written.

    """
    target = out or file.with_suffix(".toml")
    refuse_folder(target)
    given = _given(target, answers, sheet, force=force)
    proposal = propose(file, given)
    check_out(target, inputs=(file,))
    with whole_file(target) as opened:
        opened.write(written_map(proposal))
    rows: list[dict[str, Plain]] = [
        {
            "key": question.key,
            "question": question.text,
            "choices": list(question.choices),
            "record": question.record,
        }
        for question in proposal.questions
    ]
    if form.json:
        told = {"mapping": str(target), "columns": _columns(proposal), "dropped": dict(proposal.dropped)}
        first = [list(row) for row in preview(proposal)]
        problems = [str(problem) for problem in proposal.problems]
        meta = {"format": FORMAT, "command": "map", **told, "preview": first, "problems": problems}
        write_object({"meta": meta, "rows": rows})
    elif form.csv:
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerow(_COLUMNS)
        writer.writerows([cell(value) for value in row.values()] for row in rows)
    else:
        _show(proposal, file, target)


def _given(target: Path, answers: Sequence[str], sheet: str, *, force: bool) -> Mapping[str, Any]:
    given: dict[str, Any] = {}
    if target.exists() and not force:
        if not answers and not sheet:
            raise UsageError(
                f"'{target}' exists: take it further with --set KEY=VALUE, give another --out, or --force a new one"
            )
        given.update({name: value for name, value in read_map(target).values.items() if value != "?"})
    given.update(answers_of(answers))
    if sheet:
        given["file.sheet"] = sheet
    return given


def _columns(proposal: Proposal) -> dict[str, str]:
    return {
        name.removesuffix(".column"): value
        for name, value in proposal.told.values.items()
        if name.endswith(".column") and value != "?"
    }


def _show(proposal: Proposal, file: Path, target: Path) -> None:
    lines = []
    for sheet in proposal.sheets[:1]:
        numbers = sheet.layout.header
        rows = f"row{'s' if len(numbers) > 1 else ''} {' and '.join(map(str, numbers))}"
        said = f"header in {rows}" if numbers else "no header found"
        lines += [f"{sheet.label}: {said}, {counted(len(sheet.rows), 'row')} below", ""]
    lines += [f"  {field} <- {column}" for field, column in _columns(proposal).items()]
    lines += [f"  dropped: {name} ({reason})" for name, reason in proposal.dropped.items()]
    first = preview(proposal)
    if first:
        lines += ["", "The first rows as they would be read (? is still open):"]
        for record, read in first:
            lines += ["", f"  {record}", *(f"    {name}: {value}" for name, value in read.items())]
    sys.stdout.write(legible("\n".join(lines)) + "\n")
    for problem in proposal.problems:
        say(f"error: {problem}")
    for question in proposal.questions:
        choices = f" ({', '.join(question.choices)})" if question.choices else ""
        say(f"open: {question.key}: {question.text}{choices}")
    if proposal.questions:
        keys = " ".join(f"--set {question.key}=..." for question in proposal.questions[:2])
        say(f"{target}: {len(proposal.questions)} open: answer in it, or with depgraph map {file} {keys}")
    else:
        say(f"{target}: review it, then: depgraph import table {file} --map {target} --dry-run")
