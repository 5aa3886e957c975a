"""A synthetic sector, shaped like the dry run of 2024: few functions, most of them critical, and few giants behind all.

About five functions an entity, 80 % of them critical; seven contracts; three providers of its own and a few shared
ones, with hyperscalers mostly at rank 2 and deeper (ESAs, report on the 2024 dry run exercise).
"""

from __future__ import annotations

from random import Random
from typing import Final, NamedTuple

from importers.dora_roi.sample.draft import Draft, made_up
from importers.dora_roi.writing import package_files, zipped

ENTITY, OWN, SHARED, GIANT, GROUP = 1, 2, 3, 9, 4

_COUNTRIES: Final = ("NL", "BE", "LU", "DE", "FR", "IE")
_KINDS: Final = (
    ("x12", "Bank"),
    ("x599", "Investments"),
    ("x309", "Insurance"),
    ("x300", "Payments"),
    ("x639", "Assets"),
)
_FUNCTIONS: Final = (
    ("Payments", "x222"),
    ("Deposits", "x162"),
    ("Lending", "x163"),
    ("Custody", "x174"),
    ("Claims", "x276"),
    ("Regulatory reporting", "x276"),
    ("Human resources", "x276"),
)
_TYPES: Final = ("S02", "S04", "S05", "S07", "S10", "S13", "S14", "S17", "S18", "S19")
_GIANTS: Final = (
    ("Example Hyperscale One", "US"),
    ("Example Hyperscale Two", "US"),
    ("Example Hyperscale Three", "IE"),
)
_CRITICAL: Final = 0.8
_EVERY: Final = 12
"""One entity in so many is the head of a group, and files for all of it."""


class _Party(NamedTuple):
    """A provider that may be in several registers."""

    code: str
    name: str
    country: str


class _Supply(NamedTuple):
    """Who can be chosen, and by what chance."""

    random: Random
    shared: list[_Party]
    giants: list[_Party]


def sector(size: int, seed: int) -> dict[str, bytes]:
    """Return the packages of a sector of `size` registers, by file name."""
    return {
        f"{draft.stem}.zip": zipped(draft.stem, package_files(draft.stem, draft.tables)) for draft in drafts(size, seed)
    }


def drafts(size: int, seed: int) -> list[Draft]:
    """Return the registers of a sector."""
    random = Random(seed)  # noqa: S311 - a sample is to be the same again
    giants = [_Party(made_up(GIANT, number), *said) for number, said in enumerate(_GIANTS, 1)]
    shared = [
        _Party(made_up(SHARED, number), f"Example Software {number:03}", random.choice(_COUNTRIES))
        for number in range(1, 4 + size // 8)
    ]
    supply = _Supply(random, shared, giants)
    return [_register(number, supply) for number in range(1, size + 1)]


def _register(number: int, supply: _Supply) -> Draft:
    random = supply.random
    kind, word = random.choice(_KINDS)
    group = number % _EVERY == 0
    draft = Draft(made_up(ENTITY, number), "CON" if group else "IND", random.choice(_COUNTRIES))
    name = f"Example {word} {number:04}"
    draft.keeper(name, kind)
    draft.member(draft.entity, name, kind, "x53" if group else "x21", assets=random.randrange(10**8, 10**10))
    users = [draft.entity]
    if group:
        for daughter in (1, 2):
            users.append(made_up(GROUP, number * 10 + daughter))
            draft.member(
                users[-1],
                f"{name}, daughter {daughter}",
                kind,
                "x56",
                assets=random.randrange(10**7, 10**9),
                parent=draft.entity,
            )
    functions = [one for user in users for one in _functions(draft, user, random)]
    own = [
        _Party(made_up(OWN, number * 10 + at), f"Example Supplier {number:04}-{at}", draft.country) for at in (1, 2, 3)
    ]
    for at in range(random.randrange(6, 9)):
        _contract(draft, f"CON-{number:04}-{at + 1:02}", functions, own, supply)
    if group:
        _within(draft, name, functions, own[0], random)
    return draft


def _functions(draft: Draft, owner: str, random: Random) -> list[tuple[str, str, bool]]:
    functions = []
    for number, (name, activity) in enumerate(random.sample(_FUNCTIONS, random.randrange(4, 7)), 1):
        critical = random.random() < _CRITICAL
        draft.function(
            owner,
            f"F{number}",
            name,
            activity,
            critical=critical,
            hours=random.choice((2, 4, 8, 24) if critical else (48, 72)),
        )
        functions.append((owner, f"F{number}", critical))
    return functions


def _contract(
    draft: Draft, reference: str, functions: list[tuple[str, str, bool]], own: list[_Party], supply: _Supply
) -> None:
    """Add a contract with one provider and one type of service, for one to three functions."""
    random = supply.random
    pool = random.choices((own, supply.shared, supply.giants), (60, 35, 5))[0]
    provider = random.choice(pool)
    kind = random.choice(_TYPES)
    used = random.sample(functions, random.randrange(1, min(4, len(functions) + 1)))
    draft.provider(*provider)
    draft.contract(reference, provider.code, sorted({user for user, _, _ in used}), random.randrange(1, 500) * 1000)
    places = random.sample(_COUNTRIES, random.choices((1, 2), (4, 1))[0])
    for user, function, _ in used:
        for place in places:
            draft.use(reference, user, provider.code, function, kind=kind, country=place)
    draft.link(reference, kind, provider.code, 1, provider.code)
    if any(critical for _, _, critical in used):
        draft.assessment(reference, provider.code, kind, replaceable=random.random() < 0.4)
        _chain(draft, reference, kind, provider, supply)


def _chain(draft: Draft, reference: str, kind: str, provider: _Party, supply: _Supply) -> None:
    """Add the subcontractors of a service behind a critical function, most of them giants."""
    random = supply.random
    recipient, rank = provider, 2
    if random.random() < 0.3:
        between = random.choice(supply.shared)
        if between != recipient:
            draft.provider(*between)
            draft.link(reference, kind, between.code, rank, recipient.code)
            recipient, rank = between, rank + 1
    giant = random.choices(supply.giants, (5, 3, 2))[0]
    if random.random() < 0.7 and giant != recipient:
        draft.provider(*giant)
        draft.link(reference, kind, giant.code, rank, recipient.code)


def _within(draft: Draft, name: str, functions: list[tuple[str, str, bool]], outside: _Party, random: Random) -> None:
    """Add a company of the group that serves the others, and stands on a contract with an outside provider."""
    company = _Party(made_up(GROUP, int(draft.entity[10:18]) * 10 + 9), f"{name}, services", draft.country)
    draft.member(company.code, company.name, "x317", "x56", assets=1_000_000, parent=draft.entity)
    inside, beyond = (f"{name.replace('Example ', 'GROUP-').replace(' ', '-')}-{end}" for end in ("IN", "OUT"))
    user, function, _ = random.choice(functions)
    draft.provider(*company)
    draft.provider(*outside)
    draft.contract(inside, company.code, [user], 90_000)
    draft.contract(beyond, outside.code, [company.code], 80_000)
    draft.add("B_02.03", c0010=inside, c0020=beyond, c0030="true")
    draft.add("B_03.03", c0010=inside, c0020=company.code, c0031="true")
    draft.use(inside, user, company.code, function, kind="S14", country=draft.country)
    draft.function(company.code, "F1", "Services within the group", "x276", critical=True, hours=8)
    draft.use(beyond, company.code, outside.code, "F1", kind="S14", country=draft.country)
    draft.link(inside, "S14", company.code, 1, company.code)
    draft.link(inside, "S14", outside.code, 2, company.code)
    draft.link(beyond, "S14", outside.code, 1, outside.code)
    draft.assessment(inside, company.code, "S14", replaceable=False)
    draft.assessment(beyond, outside.code, "S14", replaceable=True)
