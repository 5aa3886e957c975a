"""What a rule is: its number, what breaking it leads to, which quality of the data it guards, and the check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from depgraph.ports import Quality, Weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from depgraph.model import Value
    from importers.dora_roi.filing import Breach, Filing

__all__ = ["Asked", "Check", "Quality", "Rule", "Weight", "as_read"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a filing is checked against that is not in it.

    Attributes
    ----------
    today : str
        ISO 8601 date; empty where nobody says.
    authority : str
        The country of the authority that it is sent to; empty where nobody says.
    stems : mapping of str to int
        How many packages that were given together bear each name.
    entities : mapping of str to mapping, or None
        What GLEIF says of each LEI that the store holds of it; None where it holds nothing of GLEIF.
    became : mapping of str to str
        LEIs that are another one by now, by GLEIF.

    """

    today: str
    authority: str
    stems: Mapping[str, int]
    entities: Mapping[str, Mapping[str, Value]] | None = None
    became: Mapping[str, str] = field(default_factory=dict)


class Rule(NamedTuple):
    """One rule."""

    number: str
    weight: Weight
    quality: Quality
    title: str
    check: Callable[[Filing, Asked], Iterable[Breach]]


def as_read(number: str) -> Callable[[Filing, Asked], Iterable[Breach]]:
    """Return the check of a rule whose breaches show while a filing is read."""

    def check(filing: Filing, _: Asked) -> Iterable[Breach]:
        return (breach for breach in filing.breaches if breach.rule == number)

    return check


Check = "Callable[[Filing, Asked], Iterable[Breach]]"
