"""The labelled names of parties that the score of `depgraph/resolution` is trained and judged on.

``python .ci/name_pairs.py LEI.csv FEDRAMP_FOLDER TED_FOLDER EVERY_LEI.csv MAIL_FOLDER`` writes
``depgraph/resolution/name_pairs.csv``, ``mail_pairs.csv`` and ``word_counts.csv`` beside it, always the same ones from
the same inputs:

- ``LEI.csv``: columns of GLEIF's golden copy (level 1): LEI, Entity.LegalName, Entity.LegalAddress.Country,
  Entity.EntityCategory.
- ``EVERY_LEI.csv``: the same columns, of all countries; entities of `ELSEWHERE` that are not in ``LEI.csv`` are two
  draws of their own, of the last of which alone there are unseen ones.
- ``FEDRAMP_FOLDER``: ``data.json`` of the marketplace on several dates.
- ``TED_FOLDER``: award notices of TED in XML.
- ``MAIL_FOLDER``: ``summary_*.json`` of the measurement of municipal mail, whose licence (CC BY-SA 4.0) the pairs keep:
  they are in a file of their own.

Names of sole proprietors, and those that look like those of persons, are left out.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations, islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from defusedxml.ElementTree import parse
from name_rewrites import FIELD, rewritten

from depgraph.resolution.neighbours import neighbours
from depgraph.resolution.wording import initials, label_of, wordings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

ROOM: Final = Path(__file__).parents[1] / "depgraph" / "resolution"

ENTITIES: Final = 1_600
"""Legal entities of GLEIF whose names are rewritten; all are compared with each other."""

DRAW: Final = 2
"""Which draw of them it is: the first one was looked at while the rules were written, and is not used."""

ELSEWHERE_FIRST: Final = 3
"""The first draw of entities elsewhere: its unseen ones were looked at, so that all of it is trained with."""

LAST: Final = 4
"""The second draw of entities elsewhere, none of them in an earlier one: of it alone there are unseen ones."""

ELSEWHERE: Final = frozenset(
    ("AT", "BG", "CH", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "NO", "PL", "PT", "SE", "US")
)

COUNTED: Final = 15_000
"""Names elsewhere, none of them unseen, of which the common words are counted too."""

COMPARED: Final = 8_000
"""Legal entities of one draw that are compared with each other at most."""

STRANGERS: Final = 4_000
"""Pairs of like names of different legal entities that are kept, chosen by digest."""

UNSEEN: Final = 0.4
"""The part of the entities on which the score is judged, and never trained."""

LEAST: Final = 5
"""Names that a word must be in, to be counted as common."""

NUMBERED: Final = 600
"""The same of entities with numbers in their names (funds, series)."""

_NUMBERED: Final = re.compile(r"(?i)\b(?:\d+|ii|iii|iv|v|vi|vii|viii)\b")
_FUND: Final = re.compile(r"(?i)fund|fonds|sicav|trustee|invest|feeder|scsp|liquidity|stocks|portfolio|pension|capital")
"""What names of funds, their series and their vehicles have, which are no suppliers; numbers are tried on them."""

_PERSON: Final = re.compile(
    r"(?i)\b(?:van|den|der|ter|ten|familie|erven|zn|zonen|gebr|gebroeders|dr|drs|mr|ing|ir|notaris\w*|advoca\w*|tandart\w*"
    r"|maatschap|mts|vrienden|vriend\w*|pensioen\w*|jan|piet|hans|peter|john|marc|jean|paul|henk|kees)\b|\b[a-z]\.?\s"
)
"""What names of persons look like in those of companies."""

SAME_PROVIDER: Final = frozenset(
    """F1607067912 FR2307441316 F1511167634 AGENCYHUDSAAS FR1823368486 F1603157879 FR2009476860 FR2012534927
    FR2135180018 FR2016131254 FR1915765924 FR1704655535 FR2203732438 FR1818240234 F1508207205 F1606087903
    FR2102652499 FR2328145448 FR2432218524
    NNBKLLXPY4L6 NZAJBE12ACR9 KC7YXS1GY7F4 RP9LYBJV7958 NSDFW8DZAP24 C47BNA8GM833
    140508 136682 137102 137644 137724 140570 200492 202696""".split()  # noqa: SIM905 - shorter than a list
)
"""Numbers of services, entities (UEI) and assessors of FedRAMP whose names on different dates are of one party.

Looked at one by one: where the name changed since another company bought the service, it is not listed.
"""


class Pair(NamedTuple):
    """Two names and whether they are of one party."""

    part: str
    source: str
    entity: str
    first: str
    second: str
    first_country: str
    second_country: str
    same: int


def part_of(entity: str) -> str:
    """Return the part that an entity is in: by its digest, so that nothing else decides it."""
    if entity in _TRAINED:
        return "train"
    draw = LAST if entity.startswith(("lei:", "mail:")) else DRAW
    return "unseen" if int(_digest(f"{draw} {entity}")[:8], 16) / 16**8 < UNSEEN else "train"


_TRAINED: Final[set[str]] = set()
"""The entities of earlier draws."""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def legal_entities(
    rows: Iterable[dict[str, str]], chosen: Callable[[str], object], draw: int = DRAW
) -> Iterator[tuple[str, str, str]]:
    """Yield LEI, legal name and country of entities of chosen names that are no persons."""
    fit = [row for row in rows if chosen(row["Entity.LegalName"]) and not _PERSON.search(row["Entity.LegalName"])]
    fit.sort(key=lambda row: _digest(f"{draw} {row['LEI']}"))
    for row in fit:
        yield f"lei:{row['LEI']}", row["Entity.LegalName"], row["Entity.LegalAddress.Country"]


def drawn_of(
    rows: Sequence[dict[str, str]], draw: int
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """Return the entities of a draw: those of the field, and those with numbers in their names."""
    entities = legal_entities(rows, lambda name: FIELD.search(name) and not _FUND.search(name), draw)
    numbered = legal_entities(rows, _NUMBERED.search, draw)
    # Of all that there are elsewhere as many are compared as of the first countries.
    return list(islice(entities, COMPARED)), list(islice(numbered, COMPARED))


def unlike(source: str, named: Sequence[tuple[str, str, str]], most: int) -> Iterator[Pair]:
    """Yield pairs of different entities with like names, both in one part."""
    for part in ("train", "unseen"):
        texts = defaultdict(list)
        for entity, name, country in named:
            if part_of(entity) == part:
                for wording in wordings(name)[:1]:
                    texts[wording.text].append((entity, name, country))
        yield from _of_one_acronym(part, source, texts)
        order = sorted(texts)
        near = neighbours(order, order, most=most + 1, least=0.35)
        for asked, other in zip(near.asked.tolist(), near.near.tolist(), strict=True):
            for first, second in product(texts[order[asked]], texts[order[other]]):
                if first[0] < second[0] and not _are_beside(source, first[1], second[1]):
                    known = _known(first[0] + second[0])
                    yield Pair(part, source, first[0], first[1], second[1], first[2], known * second[2], 0)


def _are_beside(source: str, first: str, second: str) -> bool:
    """Say whether two names are one, beside two numbers of a notice: those of two registers, and no two parties."""
    return source == "award" and first.casefold() == second.casefold()


def _of_one_acronym(part: str, source: str, texts: dict[str, list[tuple[str, str, str]]]) -> Iterator[Pair]:
    """Yield a name with the acronym of another that has the same initials."""
    shortened = defaultdict(list)
    for text in sorted(texts):
        for acronym in initials(tuple(text.split())):
            shortened[acronym].append(texts[text][0])
    for acronym, bearers in sorted(shortened.items()):
        if len(bearers) > 1 and len(acronym) > 1:
            first, second = sorted(bearers, key=lambda bearer, acronym=acronym: _digest(acronym + bearer[0]))[:2]
            where = _known(acronym + first[0]) * first[2]
            yield Pair(part, f"{source}-acronym", first[0], second[1], acronym.upper(), second[2], where, 0)


def _known(entity: str) -> bool:
    """Say whether the country of the second name is known: half of them, strangers or not."""
    return int(_digest(f"country of {entity}")[:2], 16) % 2 == 0


def fedramp(folder: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the names of each number on all dates, and the sites of each name."""
    named, sites = defaultdict(set), defaultdict(set)
    for path in sorted(folder.glob("*.json")):
        if not path.stat().st_size:
            continue
        said = json.loads(path.read_text(encoding="utf-8"))
        said = said.get("data", said)
        for offer in said["Products"]:
            name = " ".join(offer["csp"].split())
            for number in (offer["id"], offer.get("uei")):
                if number:
                    named[str(number)].add(name)
            host = _host(offer.get("website") or "")
            if host and not host.endswith(".gov"):
                sites[name].add(host)
        for assessor in said["Assessors"]:
            named[str(assessor["id"])].add(" ".join(assessor["name"].split()))
    return named, sites


def _host(address: str) -> str:
    found = re.match(r"(?i)^(?:https?://)?([\w.-]+\.[a-z]{2,})(?:[/:?#].*)?$", address.strip())
    return found[1].lower().removeprefix("www.") if found else ""


def notices(folder: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the names beside each national number in award notices, and the site beside each name."""
    named, sites = defaultdict(set), defaultdict(set)
    for path in sorted(folder.glob("*.xml")):
        for element in parse(path).iter():
            if not element.tag.rpartition("}")[2].startswith("ADDRESS_"):
                continue
            said = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
            name, number = " ".join(said.get("OFFICIALNAME", "").split()), said.get("NATIONALID", "")
            country = next((child.get("VALUE", "") for child in element if child.tag.endswith("COUNTRY")), "")
            if not name or (_PERSON.search(name) and len(name.split()) < 4):
                continue
            if number:
                named[f"{country}:{number}"].add(name)
            host = _host(said.get("URL") or said.get("URL_GENERAL") or "")
            if host:
                sites[name].add(host)
    return named, sites


def names_of_one(source: str, named: dict[str, set[str]], chosen: Iterable[str]) -> Iterator[Pair]:
    """Yield pairs of names beside one number."""
    for number in sorted(chosen):
        for first, second in combinations(sorted(named.get(number, ())), 2):
            entity = f"{source}:{number}"
            yield Pair(part_of(entity), source, entity, first, second, "", "", 1)


def sites_of(source: str, sites: dict[str, set[str]], named: dict[str, set[str]]) -> Iterator[Pair]:
    """Yield pairs of a name and the domain of its site, and of the same name and a like domain of others.

    A site that several names give is nobody's, and names beside one number are no strangers.
    """
    one = {(first, second) for names in named.values() for first in names for second in names}
    owners = defaultdict(set)
    for name, hosts in sites.items():
        for host in hosts:
            owners[label_of(host)].add(name)
    mine = {name: min(hosts, key=lambda host: (host.count("."), host)) for name, hosts in sites.items()}
    mine = {name: host for name, host in mine.items() if len(owners[label_of(host)]) == 1}
    for name, host in sorted(mine.items()):
        entity = f"{source}:{name}"
        yield Pair(part_of(entity), source, entity, name, host, "", "", 1)
    for part in ("train", "unseen"):
        inside = sorted(name for name in mine if part_of(f"{source}:{name}") == part)
        texts = {wordings(name)[0].text: name for name in inside if wordings(name)}
        labels = {label_of(mine[name]): name for name in inside}
        near = neighbours(sorted(texts), sorted(labels), most=3, least=0.15)
        for asked, other in zip(near.asked.tolist(), near.near.tolist(), strict=True):
            name, owner = texts[sorted(texts)[asked]], labels[sorted(labels)[other]]
            if name != owner and (name, owner) not in one:
                yield Pair(part, source, f"{source}:{name}", name, mine[owner], "", "", 0)


def strangers_to_sites(pairs: Sequence[Pair], named: Sequence[tuple[str, str, str]]) -> Iterator[Pair]:
    """Yield legal entities whose first words or initials are the label of a site of somebody else.

    At most three of a label; an entity with all words of the owner's name is left out, since it may be the owner.
    """
    for part in ("train", "unseen"):
        keyed = defaultdict(list)
        for entity, name, country in named:
            words = wordings(name)[0].words if part_of(entity) == part and wordings(name) else ()
            firsts = {"".join(words[:count]) for count in (1, 2)} if len(words) > 1 else set()
            for key in sorted(firsts | initials(words)):
                keyed[key].append((entity, name, country, set(words)))
        for pair in pairs:
            if pair.part != part or not pair.same:
                continue
            owner = set(wordings(pair.first)[0].words)
            found = [one for one in keyed.get(label_of(pair.second), ()) if not owner <= one[3]]
            for entity, name, country, _ in sorted(found, key=lambda one: _digest(one[0]))[:3]:
                yield Pair(part, "site-lei", entity, name, pair.second, country, "", 0)


def word_counts(path: Path, names: Iterable[str]) -> None:
    """Write how many of the names each common word is in, and of how many."""
    counts: Counter[str] = Counter()
    whole = 0
    for name in names:
        for wording in wordings(name)[:1]:
            whole += 1
            counts.update(set(wording.words))
    rows = sorted((word, count) for word, count in counts.items() if count >= LEAST)
    _write(path, ("word", "names"), [("", whole), *rows])


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of GLEIF's table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def municipalities(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, name, country and the domain of the mail of municipalities."""
    for path in sorted(folder.glob("summary_*.json")):
        for told in json.loads(path.read_text(encoding="utf-8")):
            if told["domain"] and told["name"]:
                yield f"mail:{told['bfs']}", told["name"], told["country"], told["domain"].lower()


def mail_of(measured: Sequence[tuple[str, str, str, str]]) -> Iterator[Pair]:
    """Yield pairs of a municipality and the domain of its mail, and of another one's domain that is like its name."""
    owners = Counter(domain for *_, domain in measured)
    mine = [one for one in measured if owners[one[3]] == 1]
    for entity, name, country, domain in mine:
        yield Pair(part_of(entity), "mail", entity, name, domain, _known(entity + domain) * country, "", 1)
    for part in ("train", "unseen"):
        inside = [one for one in mine if part_of(one[0]) == part]
        texts = {wordings(name)[0].text: (entity, name, country) for entity, name, country, _ in inside}
        labels = {label_of(domain): (entity, domain) for entity, _, _, domain in inside}
        near = neighbours(sorted(texts), sorted(labels), most=3, least=0.15)
        for asked, other in zip(near.asked.tolist(), near.near.tolist(), strict=True):
            (entity, name, country), (owner, domain) = texts[sorted(texts)[asked]], labels[sorted(labels)[other]]
            if entity != owner:
                yield Pair(part, "mail", entity, name, domain, _known(entity + domain) * country, "", 0)


def main(lei: Path, marketplace: Path, awards: Path, every: Path, mail: Path) -> None:
    """Write all tables."""
    named, sites = fedramp(marketplace)
    rows = rows_of(lei)
    legal = [row["Entity.LegalName"] for row in rows if row["Entity.EntityCategory"] != "SOLE_PROPRIETOR"]
    earlier = {row["LEI"] for row in rows}
    _TRAINED.update(f"lei:{one}" for one in earlier)
    there = [
        row
        for row in rows_of(every)
        if row["Entity.LegalAddress.Country"] in ELSEWHERE
        and row["Entity.EntityCategory"] == "GENERAL"
        and row["LEI"] not in earlier
    ]
    rows = [row for row in rows if row["Entity.EntityCategory"] == "GENERAL"]
    before = {entity for kind in drawn_of(there, ELSEWHERE_FIRST) for entity, *_ in kind}
    _TRAINED.update(before)
    rest = [row for row in there if f"lei:{row['LEI']}" not in before]
    read = [name for one, name, _ in legal_entities(there, lambda _: True, LAST) if part_of(one) == "train"]
    word_counts(ROOM / "word_counts.csv", [*legal, *read[:COUNTED], *sorted(sites)])
    pairs: list[Pair] = []
    for drawn, draw in ((rows, DRAW), (there, ELSEWHERE_FIRST), (rest, LAST)):
        entities, numbered = drawn_of(drawn, draw)
        pairs += sorted(unlike("lei", entities, 3), key=lambda pair: _digest(repr(pair)))[:STRANGERS]
        pairs += sorted(unlike("lei-number", numbered, 3), key=lambda pair: _digest(repr(pair)))[:NUMBERED]
        for entity, name, country in entities[:ENTITIES]:
            for rule, written in rewritten(entity, name, country):
                known = _known(entity + written) * country
                pairs.append(
                    Pair(part_of(entity), f"lei-{rule.replace(' ', '-')}", entity, name, written, country, known, 1)
                )
    pairs += names_of_one("fedramp", named, SAME_PROVIDER)
    pages = list(sites_of("fedramp-site", sites, named))
    noticed, noticed_sites = notices(awards)
    pairs += names_of_one("award", noticed, noticed)
    pairs += unlike("award", [(f"award:{number}", min(names), "") for number, names in sorted(noticed.items())], 3)
    pages += sites_of("award-site", noticed_sites, noticed)
    pairs += pages
    with_names = [one for some in (rows, there) for one in legal_entities(some, lambda name: len(name.split()) > 1)]
    pairs += strangers_to_sites(pages, sorted(set(with_names)))
    _write(ROOM / "name_pairs.csv", Pair._fields, sorted(set(pairs)))
    _write(ROOM / "mail_pairs.csv", Pair._fields, sorted(set(mail_of(list(municipalities(mail))))))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
