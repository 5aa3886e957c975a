"""The report before an award: one supplier and those who bid against it, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.regulation.controls import Evidence, evidence_for
from depgraph.usecases.questions.check import check_supplier

if TYPE_CHECKING:
    from collections.abc import Sequence

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
