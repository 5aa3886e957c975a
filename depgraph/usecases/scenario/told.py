"""What an answer says of the scenario that it is about."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - schemas read the types at run time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from depgraph.usecases.answer import SOMETIMES

if TYPE_CHECKING:
    from depgraph.usecases.scenario.syntax import Assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFallback:
    """What is assumed of the fallbacks of some nodes; of who they are, what the scenario says."""

    ids: Annotated[tuple[str, ...] | None, "of these nodes"] = field(default=None, metadata=SOMETIMES)
    groups: Annotated[tuple[str, ...] | None, "of all that these groups own"] = field(default=None, metadata=SOMETIMES)
    countries: Annotated[tuple[str, ...] | None, "of all parties in these countries"] = field(
        default=None, metadata=SOMETIMES
    )
    where: Annotated[Mapping[str, tuple[str, ...]] | None, "of all nodes with one of these values of each"] = field(
        default=None, metadata=SOMETIMES
    )
    status: Annotated[str, "operating, existing, designed or none"]
    hours: Annotated[float, "for how many hours they carry"]

    @classmethod
    def of(cls, assumed: Assumed) -> ToldFallback:
        """Return what an answer says of an assumption."""
        who = assumed.who
        return cls(
            ids=who.ids or None,
            groups=who.groups or None,
            countries=who.countries or None,
            where=dict(who.where) or None,
            status=assumed.status,
            hours=assumed.hours,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldScenario:
    """A scenario as answers name it, with what it assumes and how much it changes."""

    name: Annotated[str, "what it is called"]
    description: Annotated[str, "why somebody thought of it"]
    fallbacks_assumed: Annotated[tuple[ToldFallback, ...], "what it assumes of fallbacks"]
    facts_added: Annotated[int | None, "how many nodes and needs it adds; left out if it changes no facts"] = field(
        default=None, metadata=SOMETIMES
    )
    facts_removed: Annotated[int | None, "how many providers it removes; left out if it changes no facts"] = field(
        default=None, metadata=SOMETIMES
    )
    probabilities: Annotated[Mapping[str, Any] | None, "how likely failures are, where that was asked"] = field(
        default=None, metadata=SOMETIMES
    )
