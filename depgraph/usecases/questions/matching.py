"""A list of names against the parties of the graph: the best hits of each, with reasons. Nothing is stored."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping  # noqa: TC003 - schemas read the types of rows at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple

from depgraph.countries import country
from depgraph.errors import InvalidIdError
from depgraph.ids import MAX_LENGTH, SCHEMES, UNKNOWN, is_unknown, read_id, scheme_of, value_of
from depgraph.usecases.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.resolution.parties import Party
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View


class Asked(NamedTuple):
    """One line of a list.

    Attributes
    ----------
    record : str
        ``file:line``.
    name : str
    country : str
        A code of ISO 3166-1; empty is unknown.
    identifiers : tuple of str
        As they are written, ``scheme:value``.
    given : mapping of str to str
        All its columns, as they are written.

    """

    record: str
    name: str
    country: str = ""
    identifiers: tuple[str, ...] = ()
    given: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Match:
    """A party that a name of the list may be, or that there is none."""

    record: Annotated[str, "the line of the list: file:line"]
    name: Annotated[str, "the name there"]
    given: Annotated[Mapping[str, str], "all columns of the line, as they are written"]
    rank: Annotated[int, "1 is the best hit of the name"]
    match_id: Annotated[str, "id of the party, empty where there is none"]
    match_name: Annotated[str, "what it is called"]
    score: Annotated[
        float,
        "how sure that is, in [0, 1]; 1 where an identifier or the very name decides; nothing where there is none",
    ]
    verdict: Annotated[str, "same, ambiguous (several may be it, or one that is not sure), same-group, no"]
    reasons: Annotated[tuple[str, ...], "what speaks for it, then what sets them apart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAdds:
    """What became of the list."""

    names: Annotated[int, "lines of the list"]
    same: Annotated[int, "lines that are one party of the graph"]
    ambiguous: Annotated[int, "lines that several parties may be, or one that is not sure"]
    same_group: Annotated[int, "lines of which a party of the same group is in the graph"]
    no: Annotated[int, "lines without any"]
    not_used: Annotated[tuple[str, ...], "identifiers and countries that are not valid and were not used, and why"]


def match_list(view: View, asked: Sequence[Asked], *, progress: Progress | None = None) -> Answer[Match, MatchAdds]:
    """Return the best hits of each name of a list, in its order.

    What is not valid in a line (a wrong check digit, a country that there is not) is not used, and told. An identifier
    in place of a name is one.
    """
    from depgraph.resolution.matching import Verdict, match  # noqa: PLC0415 - its libraries take a second to load
    from depgraph.resolution.parties import parties_of  # noqa: PLC0415 - likewise

    not_used: list[str] = []
    questions = [_question(one, not_used) for one in asked]
    matches = match(questions, parties_of(view.graph, view.shared), progress=progress)
    rows = []
    for one, matched in zip(asked, matches, strict=True):
        verdict = matched.verdict.value
        if not matched.hits:
            rows.append(Match(one.record, one.name, one.given, 1, "", "", math.nan, verdict, ()))
        for rank, hit in enumerate(matched.hits, start=1):
            party = hit.party
            rows.append(
                Match(one.record, one.name, one.given, rank, party.id, party.name, hit.score, verdict, hit.reasons)
            )
    counts = Counter(matched.verdict for matched in matches)
    adds = MatchAdds(
        names=len(asked),
        same=counts[Verdict.SAME],
        ambiguous=counts[Verdict.AMBIGUOUS],
        same_group=counts[Verdict.GROUP],
        no=counts[Verdict.NO],
        not_used=tuple(not_used),
    )
    return Answer(meta=view.meta("match", {"names": len(asked)}, adds=adds), rows=tuple(rows))


def _question(asked: Asked, not_used: list[str]) -> Party:
    """Return a line as it is compared; what is not valid in it goes to `not_used`."""
    from depgraph.resolution.parties import Party  # noqa: PLC0415 - numpy

    ids = []
    instead = _scheme_in(asked.name) not in {"", "name"}
    for written in (*asked.identifiers, *([asked.name] if instead else [])):
        try:
            ids.append(_party_id(written))
        except InvalidIdError as error:
            not_used.append(f"{asked.record}, {written.partition(':')[0]}: {error}; it is not used")
    name = "" if instead else asked.name
    if len(name) > MAX_LENGTH:
        not_used.append(f"{asked.record}, name: has {len(name):,} characters, more than any name; it is not used")
        name = ""
    where = ""
    if asked.country:
        try:
            where = country(asked.country)
        except ValueError as error:
            not_used.append(f"{asked.record}, country: {error}; it is not used")
    return Party(
        UNKNOWN,
        name,
        tuple(value_of(one) for one in ids if scheme_of(one) == "name"),
        tuple(one for one in ids if scheme_of(one) not in {"name", "domain"}),
        where,
        tuple(value_of(one) for one in ids if scheme_of(one) == "domain"),
    )


def _scheme_in(name: str) -> str:
    """Return the scheme of parties that a name begins with, as an id does; empty if it is a name."""
    scheme, colon, _ = name.partition(":")
    known = SCHEMES.get(scheme.strip().casefold())
    return scheme.strip().casefold() if colon and known and known.kind == "party" else ""


def _party_id(written: str) -> str:
    """Return an identifier of a party in its one spelling, or raise for what is none."""
    found = read_id(written)
    if is_unknown(found) or SCHEMES[scheme_of(found)].kind != "party":
        raise InvalidIdError(f"'{written}' is no identifier of a party: use one of lei, kvk, kbo, vat, domain")
    return found
