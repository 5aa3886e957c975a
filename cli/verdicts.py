"""How a supervisor would judge, as a person and as a script reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from depgraph.counting import counted
from depgraph.ports import Quality, Weight
from depgraph.usecases.keeping.outcome import GRADES, graded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.model import Finding
    from depgraph.usecases.keeping.verdict import Verdict


def write_verdict(verdict: Verdict) -> None:
    """Write the findings by quality and weight, then the rules that are broken."""
    from rich.table import Table

    from cli.tables import console

    out = console()
    table = Table(title="By quality (findings; rules that pass)", title_justify="left")
    table.add_column("quality")
    for name in (Weight.REJECTS.value, Weight.WARNS.value, "passes"):
        table.add_column(name, justify="right")
    for quality in Quality:
        counts = (verdict.number(quality, weight) for weight in (Weight.REJECTS, Weight.WARNS, None))
        table.add_row(quality.value, *(f"{count:,}" for count in counts))
    out.print(table)
    for one in verdict.rules:
        if one.findings:
            title = one.title if len(one.title) <= 60 else f"{one.title[:57]}..."
            times = counted(one.findings, "finding")
            out.print(f"{one.weight.value}: rule {one.rule}, {times} ({title})", markup=False, highlight=False)
    said = "a supervisor would reject this" if verdict.rejected else "no rejecting rule is broken"
    sys.stdout.write(f"{said}, as far as it was checked\n")


def by_weight(findings: Sequence[Finding], verdict: Verdict | None) -> Sequence[Finding]:
    """Return what leads to a rejection first, then what warns; without published rules, findings as they are."""
    if verdict is None:
        return findings
    findings = [finding for finding in findings if finding.code != "register"]
    order = {weight.value: at for at, weight in enumerate(Weight)}
    return sorted(findings, key=lambda one: order.get(graded(one, verdict)[GRADES[0]], len(order)))
