"""What an import read, found and stored, as data: what `--json` prints of it, and what is told of it over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.usecases.answer import plain

if TYPE_CHECKING:
    from depgraph.model import Finding
    from depgraph.usecases.keeping.importing import ImportAnswer
    from depgraph.usecases.keeping.verdict import Verdict

COLUMNS: Final = ("level", "code", "record", "field", "message")
"""Of a finding."""

GRADES: Final = ("weight", "quality")
"""What a finding has beside its own columns where the source has published rules."""


def outcome_of(answer: ImportAnswer) -> dict[str, object]:
    """Return what an import read and stored."""
    return {
        "source": answer.run.source,
        "part": answer.run.part,
        "retrieved": answer.run.retrieved,
        "marking": answer.run.marking.label.value,
        "revision": answer.revision,
        "records": answer.records,
        "skipped": answer.skipped,
        "counts": plain(answer.counts),
        "nodes": {kind.value: count for kind, count in answer.nodes.items()},
        "implausible": list(answer.implausible),
        **({"verdict": verdict_row(answer.verdict)} if answer.verdict else {}),
    }


def flat(finding: Finding, verdict: Verdict | None = None) -> dict[str, str]:
    """Return a finding as a row; with published rules, also what it leads to."""
    row = dict(zip(COLUMNS, (finding.level.value, *finding[1:]), strict=True))
    return row | graded(finding, verdict) if verdict else row


def verdict_row(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as data."""
    return {
        "rejected": verdict.rejected,
        "rules": [
            {
                "rule": one.rule,
                "weight": one.weight.value,
                "quality": one.quality.value,
                "findings": one.findings,
                "title": one.title,
            }
            for one in verdict.rules
        ],
    }


def graded(finding: Finding, verdict: Verdict) -> dict[str, str]:
    """Return the columns of a finding that say what it leads to; empty where it is of no rule."""
    grade = verdict.grades.get(finding.code, ("", ""))
    return dict(zip(GRADES, grade, strict=True))
