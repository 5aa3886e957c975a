"""What each column of a register means: for the workbook to fill, and for the page about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from depgraph.model import AT_LEAST_WORDS, EVIDENCE, FALLBACKS, Kind, Relation
from importers.register import needs, nodes

if TYPE_CHECKING:
    from collections.abc import Mapping


class Form(Enum):
    """How the cells of a column are filled in."""

    TEXT = "text"
    NUMBER = "number, 0 or more"
    WHOLE = "whole number, 0 or more"
    PART = "number from 0 to 1"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    default : str
        What an empty cell means.
    words : tuple of str
        What may stand in it; empty if anything may.
    more : bool
        Whether anything else may stand in it too.

    """

    name: str
    meaning: str
    default: str
    example: str
    form: Form = Form.TEXT
    words: tuple[str, ...] = ()
    more: bool = False


_REQUIRED: Final = "required"
_UNKNOWN: Final = "not known"

NEEDS: Final = (
    Column("dependent", "who needs it: an organisation, a function or a service", _REQUIRED, "pay benefits"),
    Column(
        "provider",
        "what is needed: a supplier, a service, a product or a place; unknown: if nobody knows",
        _REQUIRED,
        "payment engine",
    ),
    Column(
        "relation",
        "how it is needed",
        "told by the kinds of both ends",
        "uses",
        words=tuple(Relation),
    ),
    Column("service_type", "type of ICT service, such as DORA S01 to S19", "that of the service", "S17"),
    Column(
        "requirement",
        "what the rows together provide: those of one dependent and one requirement may replace each other",
        "the service type, else one without name",
        "hosting",
    ),
    Column(
        "at_least",
        "how many providers of the requirement must work: a number, all, any, a range 1..2, unknown or maybe",
        "known if there is one provider, else unknown",
        "any",
        words=tuple(AT_LEAST_WORDS),
        more=True,
    ),
    Column("share", "part of the need that this provider meets", _UNKNOWN, "0.6", Form.PART),
    Column("annual_cost_eur", "cost in a year, in euros", "not known, which is not 0", "4200000", Form.NUMBER),
    Column("valid_from", "first day on which it is needed", "always was", "2023-01-01", Form.DATE),
    Column("valid_to", "last day on which it is needed", "no end", "2027-12-31", Form.DATE),
    Column("confidence", "how sure you are of this row", "1", "0.8", Form.PART),
    Column(
        "evidence",
        "how it is known that the providers of the requirement can stand in for each other; of several rows the"
        " weakest counts",
        "stated",
        "tested",
        words=EVIDENCE,
    ),
    Column("evidence_date", "when that was tested, or written down", _UNKNOWN, "2025-03-01", Form.DATE),
)

NODES: Final = (
    Column(
        "id", "what the other rows call it: a name, or scheme:value such as kvk:12345678", _REQUIRED, "pay benefits"
    ),
    Column("kind", "what it is", "party, or what its scheme says", "function", words=tuple(Kind)),
    Column("name", "what people call it", "the id", "Pay benefits"),
    Column("country", "ISO 3166-1 alpha-2 code of the country where it is", _UNKNOWN, "NL"),
    Column("sector", "the sector that it belongs to", _UNKNOWN, "social security"),
    Column("hub", "the sector hub that looks after it", "none", "Example Hub"),
    Column(
        "identifiers",
        "other ids of the same party, with blanks between them",
        "none",
        "kvk:12345678 domain:example.org",
    ),
    Column("criticality", "how much it matters, of a function or party", "1", "0.9", Form.PART),
    Column("people", "people served", _UNKNOWN, "1500000", Form.WHOLE),
    Column("tolerance_hours", "hours that a function may be down before harm counts", "0", "24", Form.NUMBER),
    Column("fallback", "how far its fallback has come", "none", "existing", words=FALLBACKS),
    Column("fallback_hours", "hours that its fallback carries", "0", "72", Form.NUMBER),
    Column("evidence", "how the fallback is known", "stated", "documented", words=EVIDENCE),
    Column("evidence_date", "when the fallback was tested, or written down", _UNKNOWN, "2025-03-01", Form.DATE),
    Column("recovery_hours", "hours from all needs met to working again", "0", "8", Form.NUMBER),
    Column("service_type", "type of ICT service, of a service", _UNKNOWN, "S17"),
    Column("total_assets_eur", "total assets of a party, in euros", _UNKNOWN, "25000000", Form.NUMBER),
    Column("owner", "the organisation whose function it is", "nobody", "Example Benefits Agency"),
    Column("owned_by", "the party that controls it", "nobody", "Example Holding"),
    Column("part_of", "the organisation that it is a unit of", "none", "Example Ministry"),
)

TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "needs": tuple(column for column in NEEDS if column.name in needs.COLUMNS),
    "nodes": tuple(column for column in NODES if column.name in (*nodes.REQUIRED, *nodes.OPTIONAL)),
}
"""Name of a table -> its columns, in the order in which people fill them in."""


def described(table: str) -> str:
    """Return the columns of a table as a table of Markdown."""
    rows = ["| column | meaning | form | empty means | example |", "|---|---|---|---|---|"]
    for column in TABLES[table]:
        form = ", ".join(f"`{word}`" for word in column.words) if column.words else column.form.value
        form = f"{form} ..." if column.more else form
        rows.append(f"| `{column.name}` | {column.meaning} | {form} | {column.default} | `{column.example}` |")
    return "\n".join(rows) + "\n"
