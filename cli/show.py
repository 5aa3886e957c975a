"""One node, or chains of nodes, as people read them."""

from __future__ import annotations

import shlex
from math import isnan
from typing import TYPE_CHECKING, Final

from cli.tables import console, number, write_notes
from depgraph.counting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from depgraph.usecases.answer import Answer, Nothing
    from depgraph.usecases.keeping.owners import Owners
    from depgraph.usecases.keeping.status import HeldImport, StatusAdds
    from depgraph.usecases.questions.nodes import Shown, ShownNeed
    from depgraph.usecases.questions.paths import Path
    from depgraph.usecases.questions.readings import Figures, Readings
    from depgraph.usecases.questions.resolving import MayBeSame, Open

_STEPS: Final = {"owner": "owns", "part_of": "has as its part"}
"""How a chain goes on from an organisation to what it has: these ties are told from the other end."""

_FEW: Final = 5
"""How many needs of each function of an organisation a card lists."""

_SHOWN: Final = 25
"""How many needs or dependants a card lists; --json gives all."""


def write_card(answer: Answer[Shown, Nothing]) -> None:
    """Write what is known of one node."""
    from depgraph.usecases.answer import plain

    out = console()
    for node in answer.rows:
        out.print(f"{node.name}", style="bold")
        out.print(f"{node.kind} {node.id}")
        if node.aliases:
            out.print("also " + ", ".join(node.aliases))
        for made in node.made_of[:_SHOWN]:
            out.print(f"  made of {made}")
        if len(node.made_of) > _SHOWN:
            out.print(f"  and of {counted(len(node.made_of) - _SHOWN, 'id')} more: --json lists all")
        for decided in node.decisions:
            what = "one party" if decided.same else "two parties"
            because = "; ".join(filter(None, (decided.evidence, decided.note)))
            out.print(
                f"  decided by {decided.who} on {decided.decided}: '{decided.first}' and '{decided.second}' are {what}"
                + (f" ({because})" if because else "")
            )
        for name, value in sorted(node.attributes.items()):
            shown = ", ".join(value) if isinstance(value, tuple | list) else number(plain(value), name)
            out.print(f"  {name.replace('_', ' ')}: {shown}")
        for tie in node.ties:
            towards = tie.subject == node.id
            if tie.kind == "owner" and not towards:
                continue  # told below, with what the function needs
            out.print(
                f"  {tie.kind.replace('_', ' ')} {tie.name} ({tie.object})"
                if towards
                else f"  is {'parent' if tie.kind == 'owned_by' else 'whole'} of {tie.name} ({tie.subject})"
            )
        _needs(out, f"needs {len(node.needs):,}", node.needs, needed=True)
        _functions(out, node)
        _needs(out, f"is needed by {len(node.dependants):,}", node.dependants, needed=False)
        sources = [f"{said.source}: {said.record} ({said.retrieved})" for said in node.provenance]
        out.print("said by " + "; ".join(sources[:_SHOWN]) if sources else "named only by the needs above")
    write_notes(answer.meta, out)


def _functions(out: Console, node: Shown) -> None:
    """Write what an organisation and its parts do for others, and what each of that needs."""
    if not node.functions:
        return
    count = len(node.functions)
    out.print(f"has {counted(count, 'function')}:")
    for function in node.functions[:_SHOWN]:
        whose = "" if function.owner == node.id else f" of {function.owner}"
        out.print(f"  {function.name} ({function.id}){whose}")
        needs = [need for need in function.needs if (need.relation, need.provider) != ("run_by", function.owner)]
        for need in needs[:_FEW]:
            out.print(f"    {_need(need, need.provider)}")
        if len(needs) > _FEW:
            out.print(f"    and {len(needs) - _FEW:,} more: depgraph show {shlex.quote(function.id)} lists them")
    if count > _SHOWN:
        out.print(f"  and {count - _SHOWN:,} more: --json lists all")


def _needs(out: Console, title: str, needs: Sequence[ShownNeed], *, needed: bool) -> None:
    if not needs:
        return
    out.print(title + ":")
    for need in needs[:_SHOWN]:
        out.print(f"  {_need(need, need.provider if needed else need.dependent)}")
    if len(needs) > _SHOWN:
        out.print(f"  and {len(needs) - _SHOWN:,} more: --json lists all")


def _need(need: ShownNeed, other: str) -> str:
    least = need.k_lower if need.k_lower == need.k_upper else f"{need.k_lower}..{need.k_upper}"
    rule = f"at least {least} of {need.n}" if (need.n, need.k_lower) != (1, 1) else "needed"
    if need.evidence != "stated":
        rule += f", {need.evidence}{f' {need.evidence_date}' if need.evidence_date else ''}"
    rule += ", disputed" if need.disputed else ""
    more = f" and {len(need.records) - 1} more" if len(need.records) > 1 else ""
    return f"{need.relation.replace('_', ' ')} {need.name} ({other}), {rule} [{need.records[0]}{more}]"


def write_status(answer: Answer[HeldImport, StatusAdds], location: str) -> None:
    """Write where the store is, and what could not be placed or had to be settled."""
    out = console()
    adds = answer.adds
    out.print(f"store: {location} ({adds.store.version})")
    if adds.store.pending:
        out.print(f"pending: {adds.store.pending}")
    if adds.unmatched and adds.unmatched.suppliers:
        count, names = adds.unmatched.suppliers, ", ".join(adds.unmatched.names[:_SHOWN])
        more = ", ..." * (count > _SHOWN)
        out.print(
            f"{counted(count, 'supplier belongs', 'suppliers belong')} to no group on the reference list: {names}{more}"
        )
    for code, count in (adds.findings or {}).items():
        out.print(f"settled: {count:,} x {code}")
    if adds.owners:
        _write_owners(adds.owners)
    if adds.resolution:
        _write_readings(adds.resolution)
    else:
        out.print("who may be one was not looked for, since there are many parties: depgraph resolve does")
    groups = adds.may_be_one.rows if adds.may_be_one else ()
    for group in groups[:_SHOWN]:
        out.print(str(group))
    if len(groups) > _SHOWN:
        out.print(f"and {counted(len(groups) - _SHOWN, 'group')} more that may be one: --json lists all")


def _write_readings(told: Readings) -> None:
    """Write how much rests on who is who."""
    out, counts = console(), told.open
    out.print(
        f"{counted(counts.open, 'pair')} of parties may be one, {counts.likely:,} likely; {counts.accepted:,} accepted,"
        f" {counts.rejected:,} rejected: depgraph resolve lists and decides"
    )
    for name in ("strict", "decided", "likely"):
        at: Figures = getattr(told, name)
        share = _span(at.largest_share_lower, at.largest_share_upper, ".1%")
        hhi = _span(at.hhi_lower, at.hhi_upper, ".0f")
        out.print(f"  --resolution {name}: {counted(at.parties, 'party', 'parties')}, largest share {share}, HHI {hhi}")


def _span(lower: float, upper: float, form: str) -> str:
    """Return both ends of a figure, or the one that they are as shown."""
    ends = ["?" if isnan(end) else format(end, form) for end in (lower, upper)]
    return ends[0] if ends[0] == ends[1] else " - ".join(ends)


def _write_owners(owners: Owners) -> None:
    """Write which LEIs came after the last import of GLEIF, and what contradicts itself."""
    out = console()
    later = owners.came_after
    if later:
        shown = ", ".join(later[:_SHOWN]) + (", ..." if len(later) > _SHOWN else "")
        out.print(
            f"{counted(len(later), 'LEI')} came after the last import of gleif (revision {owners.revision}): {shown}"
        )
    for message in owners.contradicted[:_SHOWN]:
        out.print(message)
    if len(owners.contradicted) > _SHOWN:
        out.print(f"and {counted(len(owners.contradicted) - _SHOWN, 'contradiction')} of owners more: --json lists all")


def write_chains(answer: Answer[Path, Nothing]) -> None:
    """Write each chain, one hop a line."""
    out = console()
    for chain in answer.rows:
        begins = sum(relation in _STEPS for relation in chain.relations)
        whence = f" from {chain.nodes[begins]} on" if begins else ""
        out.print(f"{chain.rank}. {counted(chain.length, 'step')}{whence}", style="bold")
        out.print(f"   {chain.nodes[0]}")
        for node, relation, record in zip(chain.nodes[1:], chain.relations, chain.records, strict=True):
            out.print(f"   {_STEPS.get(relation, relation.replace('_', ' '))} {node}  [{record}]")
    if not answer.rows:
        out.print("no chain of needs leads from the one to the other")
    write_notes(answer.meta, out)


def write_candidates(answer: Answer[MayBeSame, Open]) -> None:
    """Write each two parties that may be one, with what hangs on it and what speaks for it."""
    out = console()
    for row in answer.rows:
        score = "?" if isnan(row.score) else f"{row.score:.0%}"
        out.print(f"{score:>4}  {_party(row.first, row.first_name)}  ({row.dependants_first:,})", style="bold")
        out.print(f"      {_party(row.second, row.second_name)}  ({row.dependants_second:,})", style="bold")
        sort = "two of one group: a tie is the answer" if row.answer != "same" else "together"
        out.print(
            f"      {sort}: {counted(row.dependants_together, 'dependant')},"
            f" {row.share_before:.2%} of all before, {row.share_after:.2%} after{_index(row)}"
        )
        out.print(f"      {'; '.join(row.reasons)}")
    adds = answer.adds
    out.print(
        f"{adds.open:,} open, of which {adds.likely:,} likely (score {adds.threshold:g} or more, or one identifier);"
        f" {adds.same_group:,} may be two of one group; decided: {adds.accepted:,} accepted, {adds.rejected:,} rejected"
    )
    if any(row.answer != "same" for row in answer.rows):
        out.print(
            "two of one group: say so in a register (table nodes: id,owned_by); accept would make one party of them"
        )
    write_notes(answer.meta, out)


def _index(row: MayBeSame) -> str:
    """Return what one party of the two would do to the index; nothing where it would do nothing."""
    before, after = (
        _between(*ends)
        for ends in ((row.hhi_before_lower, row.hhi_before_upper), (row.hhi_after_lower, row.hhi_after_upper))
    )
    return f"; HHI {before} before, {after} after" if before and after and before != after else ""


def _between(lower: float, upper: float) -> str:
    """Return an index between two ends, one number where both are written alike; nothing where it is not known."""
    if isnan(lower):
        return ""
    ends = dict.fromkeys((f"{lower:,.1f}", f"{upper:,.1f}"))
    return " to ".join(ends)


def _party(node_id: str, name: str) -> str:
    return node_id if name in node_id else f"{node_id}  {name}"
