"""The report before an award: one supplier and those who bid against it, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from depgraph.errors import UsageError
from depgraph.regulation.controls import Evidence, evidence_for
from depgraph.usecases.questions.check import award_to, check_supplier
from depgraph.usecases.questions.references import read_reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depgraph.usecases.answer import Meta, Nothing
    from depgraph.usecases.questions.check import Checked
    from depgraph.usecases.view import View


_EVIDENCE: Final = evidence_for("concentration", "chain", "award")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcurementReport:
    """All that the report says, in any format: the supplier first, then the others."""

    meta: Meta[Nothing]
    bidders: tuple[Checked, ...]
    evidence: Annotated[tuple[Evidence, ...], "controls that the sections are evidence for"]


def report_to_procurement(
    view: View, *, supplier: str, buyer: str = "", service_type: str = "", against: Sequence[str] = ()
) -> ProcurementReport:
    """Return what is known of suppliers before an award.

    Raises
    ------
    UnknownIdError, UsageError
        As `check_supplier`.

    """
    found = check_supplier(view, supplier, buyer=buyer, service_type=service_type, against=against)
    return ProcurementReport(
        meta=replace(found.meta, command="report procurement"), bidders=found.rows, evidence=_EVIDENCE
    )


def awarded(view: View, ref: str, asked: Mapping[str, Any], bidder: str = "") -> str:
    """Return the award after which a figure of a report is, as the JSON text of a scenario; empty if it is after none.

    Parameters
    ----------
    view : View
    ref : str
        The figure.
    asked : mapping
        What the report was asked with.
    bidder : str
        To whom it is awarded; empty: to the supplier that the report is about.

    Raises
    ------
    UnknownIdError
        If the bidder is no node.
    UsageError
        If the report is about no award, or nothing changes in this one.

    """
    if not read_reference(ref).changed:
        if bidder:
            raise UsageError(f"'{ref}' is the same whoever it is awarded to: leave the bidder out")
        return ""
    if not (asked.get("supplier") and asked.get("buyer")):
        raise UsageError(f"this report is about no award of a buyer: '{ref}' is of POST /explanations, with a scenario")
    graph = view.graph
    bidders = [graph.position(each) for each in (asked["supplier"], *asked.get("against", ()))]
    at = graph.position(bidder) if bidder else bidders[0]
    if at not in bidders:
        named = ", ".join(str(graph.nodes.id[each]) for each in bidders)
        raise UsageError(f"'{bidder}' is no bidder of this report: name one of {named}")
    return award_to(view, str(graph.nodes.id[at]), buyer=asked["buyer"], service_type=asked.get("service_type", ""))
