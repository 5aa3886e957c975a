"""All packages that were given: checked each by itself, and read as registers of which the latest counts.

One register is an entity and a scope: a later reference date, then a later timestamp, replaces it. Which counts of
several imports, and of an entity's own and its group's, the graph tells: for that each register is named.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.model import Facts, Finding, Level
from depgraph.ports import Graded
from importers.dora_roi.defaults import mass_defaults
from importers.dora_roi.meaning.facts import register_facts
from importers.dora_roi.names import is_date
from importers.dora_roi.packages import find_packages
from importers.dora_roi.reading import read_filing, read_outline
from importers.dora_roi.rules import breaches_of, rules_of
from importers.dora_roi.rules.entities import unseen
from importers.dora_roi.rules.rule import Asked
from importers.dora_roi.taxonomy import TAXONOMIES
from importers.dora_roi.verdict import Tally, not_checked, unchecked
from importers.readers.faults import findings_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from depgraph.model import Need, Value
    from depgraph.ports import Given
    from importers.dora_roi.filing import Filing
    from importers.dora_roi.packages import Package

GROUP: Final = "CON"
ALONE: Final = "IND"


_TOGETHER: Final = 1_000
_SHOWN: Final = 5

_READ, _CHECKED = 0.35, 0.6
"""The parts of the time that a package takes until it is read, and until it is checked, as measured on large ones."""


class _Found(NamedTuple):
    """A package, and what it says of itself."""

    package: Package
    outline: Filing


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each register, and what rules it breaks.

    Raises
    ------
    MissingPathError
        If there is no package.

    """
    packages, beside = _outlines(given)
    yield from (Facts(findings=(finding,)) for finding in beside)
    asked = _asked(given, packages)
    latest = _latest(packages)
    tally = Tally()
    unasked: set[str] = set()
    done, whole = 0, max(1, sum(candidate.package.size for candidate in packages))
    for candidate in packages:
        size = candidate.package.size
        given.reached(done / whole)
        done += size
        try:
            filing = read_filing(candidate.package, candidate.outline)
        except InputError as error:
            yield Facts(findings=findings_of(error, _where(candidate.outline)))
            continue
        given.reached((done - (1 - _READ) * size) / whole)
        breaches = list(breaches_of(filing, asked))
        given.reached((done - (1 - _CHECKED) * size) / whole)
        tally.add(breaches)
        if asked.entities is not None:
            unasked |= unseen(filing, asked.entities, asked.became)
        yield from _odd_folder(filing)
        if told := tuple(mass_defaults(filing)):
            yield Facts(findings=told)
        if breaches:
            yield Facts(findings=tuple(Finding(Level.WARNING, *breach) for breach in breaches))
        yield from _meant(filing, replaced=latest[candidate.outline.key] is not candidate)
    if packages:
        unchecked_rules = not_checked(asked, [candidate.outline for candidate in packages])
        yield Facts(findings=(unchecked_rules, *_unseen(unasked), tally.caveat()))


def part_of(given: Given) -> str:
    """Return the part that is given: the one register, by entity and scope; empty where there are several."""
    packages, _ = _outlines(given)
    keys = {found.outline.key for found in packages}
    return keys.pop() if len(packages) == 1 and not _unusable(packages[0].outline) else ""


def stated_date(given: Given) -> str | None:
    """Return the latest reference date of the registers, as far as it is not after today."""
    packages, _ = _outlines(given)
    dates = [found.outline.date for found in packages if is_date(found.outline.date)]
    return max((date for date in dates if not given.today or date <= given.today), default=None)


def stated_age(given: Given) -> str:
    """Return the date of the one register that is given, and when it was made; empty where there are several."""
    packages, _ = _outlines(given)
    return _age_told(packages[0].outline) if len(packages) == 1 else ""


def rules_for(given: Given) -> Mapping[str, Graded]:
    """Return the rules that the packages which were given are checked against, by number."""
    packages, _ = _outlines(given)
    outlines = [found.outline for found in packages]
    unknown = unchecked(_asked(given, packages), outlines)
    return {
        rule.number: Graded(rule.weight, rule.quality, rule.title)
        for taxonomy in sorted({outline.taxonomy for outline in outlines}) or ["4.0"]
        for rule in rules_of(taxonomy)
        if rule.number not in unknown
    }


def _asked(given: Given, packages: Sequence[_Found]) -> Asked:
    stems = Counter(found.package.stem for found in packages)
    held = given.known.entities if given.known else None
    if held is None:
        return Asked(given.today, given.authority, stems)
    return Asked(given.today, given.authority, stems, held, dict(_replaced(held)))


def _replaced(held: Mapping[str, Mapping[str, Value]]) -> Iterator[tuple[str, str]]:
    """Yield the LEIs that are another one by now, and which."""
    for lei, attributes in held.items():
        others = attributes.get("identifiers", ())
        yield from ((other, lei) for other in (others if isinstance(others, tuple) else ()) if other.startswith("lei:"))


def _unseen(leis: Collection[str]) -> Iterator[Finding]:
    """Yield the note that GLEIF was not asked about some LEIs."""
    if leis:
        shown = ", ".join(sorted(leis)[:_SHOWN]) + (", ..." if len(leis) > _SHOWN else "")
        message = f"{len(leis):,} LEIs are not among those imported of gleif, and not checked with it: {shown}"
        yield Finding(Level.NOTE, "lei-not-checked", "", "", message)


def _outlines(given: Given) -> tuple[tuple[_Found, ...], tuple[Finding, ...]]:
    """Return the packages, and what is to be said of anything beside them."""
    return _outlined(given.paths, _fingerprint(given.paths))


def _fingerprint(paths: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    """Return what changes where the files do: names, sizes and times."""
    files = (file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else (path,)))
    stats = ((str(file), file.stat()) for file in files)
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


@lru_cache(maxsize=1)
def _outlined(
    paths: tuple[Path, ...], _: tuple[tuple[str, int, int], ...]
) -> tuple[tuple[_Found, ...], tuple[Finding, ...]]:
    """Return the packages behind paths; an import asks for them several times, for the date, the part and the rules."""
    packages: list[_Found] = []
    beside: list[Finding] = []
    for package in find_packages(paths):
        if isinstance(package, InputError):
            beside += package.findings
        elif isinstance(package, Finding):
            beside.append(package)
        else:
            try:
                packages.append(_Found(package, read_outline(package)))
            except InputError as error:
                beside += findings_of(error, package.label or package.archive)
    return tuple(packages), tuple(beside)


def _latest(packages: Sequence[_Found]) -> dict[str, _Found]:
    """Return the latest package of each entity and scope."""
    latest: dict[str, _Found] = {}
    for found in packages:
        known = latest.get(found.outline.key)
        if known is None or _age(found.outline) > _age(known.outline):
            latest[found.outline.key] = found
    return latest


def _age(filing: Filing) -> tuple[str, str, str]:
    return filing.date, filing.name.timestamp, filing.stem


def _meant(filing: Filing, *, replaced: bool) -> Iterator[Facts]:
    if wrong := _unusable(filing):
        yield Facts(findings=(Finding(Level.ERROR, "not-usable", _where(filing), "", wrong),))
    elif replaced:
        message = f"a later register of {filing.key} is among what was given: this one is checked, and not read"
        yield Facts(findings=(Finding(Level.NOTE, "superseded", _where(filing), "", message),))
    else:
        yield Facts(findings=(_named(filing),))
        yield from _together(register_facts(filing))


def _together(facts: Iterator[Facts]) -> Iterator[Facts]:
    """Yield facts with their needs many at a time: so they are checked and stored a column at a time."""
    needs: list[Need] = []
    for fact in facts:
        needs += fact.needs
        if fact.nodes or fact.ties or fact.findings:
            yield fact._replace(needs=())
        if len(needs) >= _TOGETHER:
            yield Facts(needs=tuple(needs))
            needs = []
    if needs:
        yield Facts(needs=tuple(needs))


def _unusable(filing: Filing) -> str:
    """Say why nobody can tell whose register this is, of which scope and date; empty if all are known."""
    if filing.name.module and filing.name.module not in TAXONOMIES:
        return f"is of module {filing.name.module}: only {' and '.join(TAXONOMIES)} are read; have it made anew"
    missing = [
        what
        for what, known in (
            ("the LEI of the entity", filing.entity),
            ("its scope (.CON or .IND)", filing.scope),
            ("the reference date", is_date(filing.date)),
        )
        if not known
    ]
    cure = "put them in the name of the package and in reports/parameters.csv (entityID, refPeriod)"
    if filing.workbook:
        cure = "fill in B_01.01, and write .CON or .IND behind the LEI in its name"
    return f"says neither in its name nor inside {' and '.join(missing)}: {cure}" if missing else ""


def _named(filing: Filing) -> Finding:
    """Return the finding that names a register, by which the graph knows which of several counts."""
    return Finding(Level.NOTE, "register", filing.label, filing.key, _age_told(filing))


def _age_told(filing: Filing) -> str:
    """Return the reference date and the timestamp, as the graph compares them."""
    made = filing.name.timestamp
    return f"{filing.date}{f', made {made}' if made else ''}"


def _odd_folder(filing: Filing) -> Iterator[Facts]:
    """Yield the warning that a zip does not hold one folder of its name."""
    if filing.archive and filing.folder != filing.stem:
        inside = f"the folder '{filing.folder}'" if filing.folder else "its files at the top"
        message = f"holds {inside}: put all of it in one folder '{filing.stem}'"
        yield Facts(findings=(Finding(Level.WARNING, "package-folder", _where(filing), "", message),))


def _where(filing: Filing) -> str:
    return filing.label or filing.archive or filing.folder
