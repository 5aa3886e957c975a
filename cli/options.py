"""Options and arguments that several commands share."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from depgraph.errors import UsageError
from depgraph.usecases.words import By, Evidence, RegisterScope, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable


Label = Literal["tlp:clear", "tlp:green", "tlp:amber", "tlp:amber+strict", "tlp:red"]
Hubs = Annotated[list[str] | None, typer.Option("--hub", metavar="NAME", help="A hub that may see it.")]
Organisations = Annotated[
    list[str] | None, typer.Option("--organisation", metavar="NAME", help="An organisation that may see it.")
]
Recipients = Annotated[list[str] | None, typer.Option("--recipient", metavar="NAME", help="A person who may see it.")]

StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="PATH|ADDRESS",
        help="A file, or neo4j:// address [env: DEPGRAPH_STORE; default: one file in your data folder].",
        show_default=False,
    ),
]
AsOf = Annotated[
    str,
    typer.Option(
        "--as-of", metavar="DATE", help="As of this date [default: the latest in the store].", show_default=False
    ),
]
Revision = Annotated[
    int | None, typer.Option("--revision", metavar="N", help="As the store was at this revision.", show_default=False)
]
MinConfidence = Annotated[
    float,
    typer.Option("--min-confidence", metavar="C", help="Take weaker needs as 'maybe', 0 to 1.", show_default=False),
]
Accept = Annotated[
    Evidence,
    typer.Option("--accept", help="Redundancy and fallbacks that are known less well may not be there."),
]
TestedSince = Annotated[
    str,
    typer.Option("--tested-since", metavar="DATE", help="An earlier test counts as documented.", show_default=False),
]
Scope = Annotated[
    RegisterScope,
    typer.Option(
        "--scope",
        help="Of an entity with a DORA register of its own and one of its group: which of both counts.",
        show_default=True,
    ),
]
ResolutionOption = Annotated[
    Resolution,
    typer.Option(
        "--resolution",
        help="Which parties are one: as decided, with candidates that are likely too, or by identifiers alone.",
        show_default=True,
    ),
]
SeenAs = Annotated[
    list[str] | None,
    typer.Option(
        "--as",
        metavar="ROLE",
        help="As somebody would see it: operator, auditor, hub:NAME, organisation:NAME or procurement; again for what"
        " goes with it: hub:NAME, recipient:NAME, ceiling:LABEL.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object: meta and rows.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="How many rows; 0 is all.")]
SCREEN = 40
"""How many rows of a table a screen shows, where nobody says how many; JSON and CSV have all of them."""

LongLimit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=0,
        help=f"How many rows; 0 is all [default: {SCREEN} in a table, on a screen and in a file; all in JSON and CSV].",
        show_default=False,
    ),
]
ByOption = Annotated[By, typer.Option("--by", help="What fails together.")]
AsUnit = Annotated[
    By | None,
    typer.Option("--by", help="Take the id as such a unit, for example a group with all it owns.", show_default=False),
]
Sector = Annotated[
    str, typer.Option("--sector", metavar="NAME", help="Count what fails in this sector only.", show_default=False)
]
Hub = Annotated[
    str, typer.Option("--hub", metavar="NAME", help="Count what this hub looks after only.", show_default=False)
]
FailOver = Annotated[
    float | None,
    typer.Option(
        "--fail-over", min=0, metavar="X", help="Exit with 1 if an upper bound is above X.", show_default=False
    ),
]


Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Have the workers of this Dask scheduler work it out [env: DEPGRAPH_SCHEDULER].",
        show_default=False,
    ),
]
InsecureScheduler = Annotated[
    bool, typer.Option("--insecure-scheduler", help="Allow a scheduler elsewhere that is not tls://.")
]
ScenarioFile = Annotated[
    str | None,
    typer.Option(
        "--scenario",
        metavar="FILE",
        help="What fails, and when: a TOML or JSON file, or the JSON itself; in place of ids.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How a command looks at a store, whatever revisions it compares: as of when, and what of it is sure enough."""

    store: StoreOption = ""
    as_of: AsOf = ""
    min_confidence: MinConfidence = 0.0
    accept: Accept = "stated"
    tested_since: TestedSince = ""
    scope: Scope = "ind"
    resolution: ResolutionOption = "decided"
    seen_as: SeenAs = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Looking):
    """What a command reads: one revision of a store, looked at in some way."""

    revision: Revision = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where a command has its blocks worked out; it changes nothing in the answer."""

    scheduler: Scheduler = ""
    insecure_scheduler: InsecureScheduler = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """In which form a command answers: JSON, CSV, or else for people."""

    json: Json = False
    csv: Csv = False

    def __post_init__(self) -> None:
        if self.json and self.csv:
            raise UsageError("--json and --csv exclude each other: choose one")

    @property
    def for_people(self) -> bool:
        """Whether neither was asked for."""
        return not (self.json or self.csv)


def named_or_scenario(ids: list[str] | None, scenario: str | None, *, by: str | None) -> list[str]:
    """Return the ids given; a scenario stands in their place."""
    if scenario and (ids or by):
        raise UsageError("--scenario says what fails: leave out the ids and --by")
    if not scenario and not ids:
        raise UsageError("say what fails: give ids, or --scenario FILE")
    return ids or []


def most(limit: int | None) -> int:
    """Return how many rows a table shows of those that a long limit lets through; 0 is all."""
    return SCREEN if limit is None else 0


def day(written: str, option: str) -> str:
    """Return an ISO date as written in an option."""
    from depgraph.usecases.dates import iso_date

    return iso_date(written, option)


def listed(written: Iterable[str]) -> frozenset[str]:
    """Return the names in comma lists; one that holds a comma itself stands in double quotes.

    Examples
    --------
    >>> sorted(listed(["a, b", '"remarks, internal",c']))
    ['a', 'b', 'c', 'remarks, internal']

    """
    names = (name.strip() for row in csv.reader(written, skipinitialspace=True) for name in row)
    return frozenset(filter(None, names))
