"""`judge`: two parties, by their names and what else is known of them: a score, an answer, reasons in words."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import is_entity, scheme_of, value_of
from depgraph.resolution.comparison import nearest
from depgraph.resolution.features import Case, acronym_of, common_of, is_number
from depgraph.resolution.model import model
from depgraph.resolution.pairing import BRAND
from depgraph.resolution.weights import weight
from depgraph.resolution.wording import wordings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.resolution.comparison import Comparison
    from depgraph.resolution.features import Match
    from depgraph.resolution.parties import Party
    from depgraph.resolution.wording import Wording

MAYBE: Final = 0.5
"""The score from which two parties are a candidate for one."""

_GROUP: Final = 0.4
"""The score from which two parties are a candidate for one group."""


class Same(StrEnum):
    """In what two parties may be the same."""

    PARTY = "same"
    GROUP = "same-group"


class Judgement(NamedTuple):
    """What is to be said of two parties.

    Attributes
    ----------
    score : float
        Of one party: how likely, calibrated, from `MAYBE` on. Of one group: the weight of the words in common, which is
        no chance.
    answer : Same
    reasons : tuple of str
        What speaks for it, then what sets them apart.

    """

    score: float
    answer: Same
    reasons: tuple[str, ...]


def all_wordings(party: Party) -> tuple[Wording, ...]:
    """Return the wordings of all names of a party and of its domains, each once."""
    names = (party.name, *party.names, *party.domains)
    return tuple(dict.fromkeys(wording for name in names for wording in wordings(name)))


@lru_cache(maxsize=1 << 17)
def wordings_of(party: Party) -> tuple[Wording, ...]:
    """Return the same, remembered."""
    return all_wordings(party)


def judge(
    first: Party, second: Party, *, told: Callable[[Party], tuple[Wording, ...]] = wordings_of
) -> Judgement | None:
    """Return the judgement of two parties, or None where neither answer is likely; `told` gives their wordings."""
    forbidden, shared = _identifiers(first, second)
    family = _family(first, second)
    # Where an identifier forbids that they are one, as two LEIs do, only those of one group are compared in full.
    worth = _may_be_group if forbidden and not family else None
    compared = nearest(told(first), told(second), (first.country, second.country), worth=worth)
    if compared is None:
        return None
    score, answer = _answer(compared, forbidden=bool(forbidden), shared=bool(shared), family=bool(family))
    if answer is None:
        return None
    return Judgement(score, answer, (*shared, *family, *_for(compared), *forbidden, *_against(compared)))


def _answer(compared: Comparison, *, forbidden: bool, shared: bool, family: bool) -> tuple[float, Same | None]:
    """Return a score and of what it is; None where neither answer is likely."""
    if not forbidden:
        score = model().score(compared)
        apart = compared.value("other_form") or compared.value("other_country") or compared.value("role")
        # Initials and domains are short: where anything else speaks against one party they do not decide.
        sure = score >= model().threshold and not (apart and compared.case in {Case.ACRONYM, Case.DOMAIN})
        if sure or (score >= MAYBE and not apart):
            return score, Same.PARTY
        if shared:
            # A number that a group or a branch may share says that there is a question, and no more.
            return max(score, MAYBE), Same.PARTY
    group = _group_score(compared.first, compared.second, compared.case, compared.match)
    return group, Same.GROUP if group >= _GROUP or (family and group > 0) else None


def _may_be_group(first: Wording, second: Wording, case: Case, match: Match) -> bool:
    return _group_score(first, second, case, match) >= _GROUP


def _group_score(one: Wording, other: Wording, case: Case, match: Match) -> float:
    """Return the weight of the first word in common, and of how much else is; 0 where no brand is in common."""
    if case == Case.DOMAIN:
        return 0.0
    first, second = one.words[0], other.words[0]
    leads = any({word, near} == {first, second} for word, near, _ in match.pairs)
    brand = case == Case.SAME or (leads and min(weight(first), weight(second)) >= BRAND)
    if not brand or is_number(first) or (len(first) <= 1 and case != Case.SAME):
        return 0.0
    common = common_of(match)
    return round(common.rarest * (1 + common.overlap) / 2, 6)


def _identifiers(first: Party, second: Party) -> tuple[list[str], list[str]]:
    """Return what identifiers say against one party, and for it, in words."""
    forbidden, shared = [], []
    ones, others = (_by_scheme(party) for party in (first, second))
    for scheme in sorted(ones.keys() & others.keys()):
        common = ones[scheme] & others[scheme]
        if common:
            shared.append(f"the same {scheme.upper()} number: {min(common)}")
        elif is_entity(f"{scheme}:"):
            forbidden.append(f"different {scheme.upper()} numbers: {min(ones[scheme])}, {min(others[scheme])}")
    return forbidden, shared


def _by_scheme(party: Party) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in party.identifiers:
        found.setdefault(scheme_of(one), set()).add(value_of(one))
    return found


def _family(first: Party, second: Party) -> tuple[str, ...]:
    if first.parent and first.parent == second.parent:
        return (f"the same parent: {first.parent}",)
    if any(one.parent and one.parent == other.id for one, other in ((first, second), (second, first))):
        return ("one belongs to the other",)
    common = sorted(set(first.domains) & set(second.domains))
    return (f"the same domain: {common[0]}",) if common else ()


def _for(compared: Comparison) -> Iterator[str]:
    """Yield what speaks for one party."""
    first, second, case = compared.first, compared.second, compared.case
    if compared.value("whole"):
        yield "the same name"
    elif case == Case.SAME and not compared.value("misspelled"):
        yield "the same words"
    elif case == Case.DOMAIN:
        yield (
            "the domain is the name"
            if compared.value("label_same")
            else "the domain begins like the name or is its initials"
        )
    elif case == Case.ACRONYM:
        yield f"'{acronym_of(first, second)}' are the initials of the other name"
    else:
        common = sorted(
            (word for word, near, _ in compared.match.pairs if word == near), key=lambda word: -weight(word)
        )
        if common:
            rare = "rare" if weight(common[0]) >= BRAND else "common"
            yield f"in common: {', '.join(common[:3])} ({rare})"
    for word, near, likeness in compared.match.pairs:
        if likeness < 1:
            yield f"'{word}' is like '{near}'"
    if compared.value("same_form"):
        yield "the same legal form"
    if compared.value("same_country"):
        yield "the same country"


def _against(compared: Comparison) -> Iterator[str]:
    """Yield what sets two apart."""
    if compared.case in {Case.LACKING, Case.APART}:
        for words in (compared.match.first, compared.match.second):
            if words:
                yield f"only one has: {', '.join(words[:3])}"
    if compared.value("other_form"):
        yield "different legal forms: " + ", ".join(
            "/".join(sorted(wording.forms)) for wording in (compared.first, compared.second)
        )
    if compared.value("other_country"):
        yield "different countries"
    elif compared.value("one_country"):
        named = sorted(compared.first.countries | compared.second.countries)
        yield f"only one names a country: {', '.join(named)}"
    if compared.value("number"):
        yield "different numbers"
