"""A list of names that is written out as JSON, in place of a file."""

from __future__ import annotations

from depgraph.errors import UsageError
from depgraph.usecases.documents import read_json
from depgraph.usecases.questions.matching import Asked


def names_of(written: str) -> tuple[Asked, ...]:
    """Return the names of a list of texts, or of objects with `name`, `country` and `identifiers`.

    Raises
    ------
    UsageError
        If it is no such list: with the place of what is wrong.

    """
    try:
        given = read_json(written)
    except ValueError as error:
        raise UsageError(f"names: is not JSON: {error}") from None
    if not isinstance(given, list) or not given:
        raise UsageError("names: a list is wanted, of texts or of objects with 'name'")
    return tuple(_asked(one, f"names:{place}") for place, one in enumerate(given, start=1))


def _asked(given: object, record: str) -> Asked:
    if isinstance(given, str):
        return Asked(record, given, given={"name": given})
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise UsageError(f"{record}: a text is wanted, or an object with 'name'")
    unknown = sorted(given.keys() - {"name", "country", "identifiers"})
    if unknown:
        raise UsageError(f"{record}, {unknown[0]}: is not a known key: use name, country, identifiers")
    country, identifiers = given.get("country", ""), given.get("identifiers", [])
    if not isinstance(country, str):
        raise UsageError(f"{record}, country: a text is wanted: a code of ISO 3166-1")
    if not isinstance(identifiers, list) or not all(isinstance(one, str) for one in identifiers):
        raise UsageError(f"{record}, identifiers: a list of texts is wanted, each scheme:value")
    told = {"name": given["name"], "country": country, "identifiers": " ".join(identifiers)}
    return Asked(record, given["name"], country, tuple(identifiers), {key: text for key, text in told.items() if text})
