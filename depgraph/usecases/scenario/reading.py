"""From a scenario file to a scenario: what may stand there, and what contradicts itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from depgraph.analytics.measures.outage import HOUR, LONGEST
from depgraph.errors import InputError
from depgraph.graph.columns import NODE_TEXTS
from depgraph.model import FALLBACKS
from depgraph.usecases.documents import number, parsed, read_document
from depgraph.usecases.scenario.additions import added
from depgraph.usecases.scenario.scenario import Scenario
from depgraph.usecases.scenario.syntax import Assumed, Choice, Fails, Removed
from depgraph.usecases.scenario.tables import item, only_known, tables, text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import TypeAlias

    Table: TypeAlias = Mapping[str, Any]

_KEYS: Final = ("name", "description", "fails", "fallbacks", "adds", "removes", "probabilities")
_WHO: Final = ("ids", "groups", "countries", "where")
_LONG: Final = ("hours", "days", "forever")
_FAILS: Final = (*_WHO, "from_hours", *_LONG)
_FALLBACKS: Final = ("ids", "where", "status", "hours")
_REMOVES: Final = (*_WHO, "dependents", "requirement", "replaced_by")
_ATTRIBUTES: Final = ("kind", *NODE_TEXTS)


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        Naming file and key, if it is neither TOML nor JSON, if a key is not known, a value is
        out of range or contradicts another one, or if there is nothing in it.

    """
    return _read(read_document(path, what="scenarios"), path.name)


def parse_scenario(written: str, name: str) -> Scenario:
    """Return the scenario that a JSON text holds; `name` is what errors call it."""
    return _read(parsed(written, name, as_json=True), name)


def _read(table: Table, file: str) -> Scenario:
    only_known(table, _KEYS, f"{file}: ")
    name = text(table, "name", f"{file}: ")
    if not name:
        raise InputError(f"{file}: name: a scenario needs a name")
    every = {key: list(enumerate(tables(table, key, file))) for key in ("fails", "fallbacks", "adds", "removes")}
    probabilities = table.get("probabilities", {})
    if not isinstance(probabilities, dict):
        raise InputError(f"{file}: probabilities: a table is wanted")
    scenario = Scenario(
        file=file,
        name=name,
        description=text(table, "description", f"{file}: "),
        fails=tuple(_fails(each, file, f"fails[{at}]") for at, each in every["fails"]),
        fallbacks=tuple(_assumed(each, file, f"fallbacks[{at}]") for at, each in every["fallbacks"]),
        probabilities=probabilities,
        adds=tuple(added(each, file, f"adds[{at}]") for at, each in every["adds"]),
        removes=tuple(_removed(each, file, f"removes[{at}]") for at, each in every["removes"]),
    )
    if not (scenario.fails or scenario.adds or scenario.removes or probabilities):
        raise InputError(
            f"{file}: the scenario is empty: add [[fails]] with ids, [[adds]], [[removes]] or [probabilities]"
        )
    return scenario


def _fails(table: object, file: str, key: str) -> Fails:
    told = item(table, _FAILS, f"{file}: {key}")
    who = _choice(told, file, key)
    given = [name for name in _LONG if name in told]
    if len(given) != 1:
        said = f"{' and '.join(given)} contradict each other" if given else "how long is not said"
        raise InputError(f"{file}: {key}: {said}: give one of hours, days or forever = true")
    since = _hours(told.get("from_hours", 0), file, f"{key}.from_hours")
    if given == ["forever"]:
        if told["forever"] is not True:
            raise InputError(f"{file}: {key}.forever: write true, or give hours or days instead")
        return Fails(key, who, since, math.inf)
    lasts = _hours(told[given[0]], file, f"{key}.{given[0]}") * (24 if given == ["days"] else 1)
    if lasts * HOUR < 1:
        raise InputError(f"{file}: {key}.{given[0]}: {told[given[0]]} is less than a second: time is in whole seconds")
    if lasts > LONGEST:
        raise InputError(f"{file}: {key}.{given[0]}: {told[given[0]]} is more than {LONGEST:,.0f} hours")
    return Fails(key, who, since, since + lasts)


def _assumed(table: object, file: str, key: str) -> Assumed:
    told = item(table, _FALLBACKS, f"{file}: {key}")
    who = _choice(told, file, key)
    status = text(told, "status", f"{file}: {key}.") or "operating"
    if status not in FALLBACKS:
        raise InputError(f"{file}: {key}.status: '{status}' is not one of {', '.join(FALLBACKS)}")
    carries = status in {"existing", "operating"}
    if carries and "hours" not in told:
        raise InputError(f"{file}: {key}.hours: a fallback that is {status} carries for some hours: say how many")
    if not carries and "hours" in told:
        raise InputError(f"{file}: {key}.hours: a fallback that is {status} carries nothing: leave the hours out")
    return Assumed(key, who, status, _hours(told.get("hours", 0), file, f"{key}.hours"))


def _removed(table: object, file: str, key: str) -> Removed:
    told = item(table, _REMOVES, f"{file}: {key}")
    return Removed(
        key=key,
        who=_choice(told, file, key),
        dependents=texts(told.get("dependents", []), f"{file}: {key}.dependents"),
        requirement=text(told, "requirement", f"{file}: {key}."),
        replaced_by=text(told, "replaced_by", f"{file}: {key}."),
    )


def _choice(table: Table, file: str, key: str) -> Choice:
    ids, groups, countries = (texts(table.get(name, []), f"{file}: {key}.{name}") for name in _WHO[:3])
    where = table.get("where", {})
    if not isinstance(where, dict):
        raise InputError(f"{file}: {key}.where: a table of attributes and values is wanted")
    only_known(where, _ATTRIBUTES, f"{file}: {key}.where.")
    pairs = tuple(
        (name, texts([value] if isinstance(value, str) else value, f"{file}: {key}.where.{name}"))
        for name, value in where.items()
    )
    if not (ids or groups or countries or pairs):
        raise InputError(f"{file}: {key}: nobody is named: give one of {', '.join(_WHO)}")
    return Choice(ids, groups, countries, pairs)


def _hours(value: object, file: str, key: str) -> float:
    hours = number(value, f"{file}: {key}")
    if not 0 <= hours <= LONGEST:
        raise InputError(f"{file}: {key}: {hours:g} is out of range: a number of hours of at least 0 is wanted")
    return hours
