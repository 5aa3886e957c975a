"""How names of parties are written by others: in another case or form, with a typing error, as an acronym or a domain.

`name_pairs.py` pairs each name with two of these; which, the digest of its entity decides.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Final

from depgraph.names import without_forms, words_of
from depgraph.resolution.wording import wordings

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELD: Final = re.compile(
    r"(?i)soft|data|digit|cloud|cyber|tech|system|network|online|internet|electron|telecom|automat|\bict\b|\bit\b|comput"
    r"|media|micro|solution|services|security|mobile|web|info|consult|communic|intel|oracle|cisco|dell|ibm|sap\b|atos"
    r"|capgemini|accenture|fujitsu|siemens|philips|thales|orange|vodafone|proximus|kpn|ziggo|amazon|google|microsoft"
)
"""What names of suppliers of information technology have."""


def rewritten(entity: str, name: str, country: str) -> Iterator[tuple[str, str]]:
    """Yield a rule and the name as it is written by that rule, two of them, chosen by the entity's digest."""
    chance = random.Random(entity)  # noqa: S311 - reproducible
    made = 0
    for _ in range(20):
        rule = chance.choices(list(RULES), [weight for weight, _ in RULES.values()])[0]
        written = RULES[rule][1](name, country, chance)
        if chance.random() < 0.3 and rule not in {"acronym", "domain", "script"}:
            more = chance.choice(["case", "form", "typing error"])
            written = RULES[more][1](written, country, chance)
        if written and written != name:
            yield rule, written
            made += 1
        if made == 2:
            return


def _case(name: str, _: str, chance: random.Random) -> str:
    return chance.choice([name.upper(), name.lower(), name.title()])


_SPELLED: Final = {
    "srl": ["BV", "B.V.", "bv", "b.v.", "besloten vennootschap", ""],
    "sa": ["NV", "N.V.", "SA", "S.A.", "naamloze vennootschap", ""],
    "sarl": ["Sàrl", "S.à r.l.", "SARL", "s.a.r.l.", ""],
    "inc": ["Inc.", "Inc", "Incorporated", ""],
    "ltd": ["Ltd", "Ltd.", "Limited", ""],
    "stichting": [""],
    "gmbh": ["GmbH", "gmbh", "Gesellschaft mit beschränkter Haftung", ""],
    "llc": ["LLC", "L.L.C.", ""],
    "spa": ["S.p.A.", "SpA", "spa", ""],
}
_THERE: Final = {
    "srl": ["S.r.l.", "SRL", "S.R.L.", ""],
    "sa": ["S.A.", "SA", ""],
}
"""Forms that the Benelux writes in its own way."""


def _form(name: str, country: str, chance: random.Random) -> str:
    words = name.split()
    for start in range(1, len(words)):
        if _only_form(words[start:]):
            standing = min(without_forms(("name", *words_of(" ".join(words[start:]))))[1], default="")
            spelled = _SPELLED if country in _OWN or standing not in _THERE else _THERE
            written = chance.choice(spelled.get(standing, [""]))
            comma = chance.choice([" ", ", "]) if written else ""
            return " ".join(words[:start]).rstrip(",") + comma + written
    return name


def _only_form(words: list[str]) -> bool:
    return len(without_forms(("name", *words_of(" ".join(words))))[0]) == 1


def _typing_error(name: str, _: str, chance: random.Random) -> str:
    places = [at for at in range(1, len(name) - 2) if name[at : at + 2].isalpha() and len(name) > 7]
    if not places:
        return name
    position = chance.choice(places)
    kind = chance.randrange(3)
    if kind == 0:
        return name[:position] + name[position + 1 :]
    if kind == 1:
        return name[:position] + name[position + 1] + name[position] + name[position + 2 :]
    return name[:position] + name[position] * 2 + name[position + 1 :]


_OWN: Final = {"NL": ["Nederland", "Netherlands"], "BE": ["België", "Belgium", "Belgique"], "LU": ["Luxembourg"]}
_OTHERS: Final = {
    "DE": ["Deutschland", "Germany"],
    "FR": ["France"],
    "GB": ["UK"],
    "US": ["USA"],
    "ES": ["España"],
    "IT": ["Italia"],
    "AT": ["Österreich"],
    "CH": ["Schweiz", "Switzerland"],
    "SE": ["Sweden", "Sverige"],
    "PL": ["Polska"],
}


def _country(name: str, country: str, chance: random.Random) -> str:
    own = _OWN | _OTHERS
    for words in own.values():
        for word in words:
            if re.search(rf"(?i)\b{word}\b", name):
                return re.sub(rf"(?i)\s*\(?\b{word}\b\)?", "", name)
    words = name.split()
    for at in range(1, len(words)):
        if _only_form(words[at:]):
            return " ".join((*words[:at], chance.choice(own.get(country, [""])), *words[at:]))
    return f"{name} {chance.choice(own.get(country, ['']))}".strip()


_PLACES: Final = (
    ", Stationsplein 12, 3511 ED Utrecht",
    ", Keizersgracht 241, 1016 EA Amsterdam",
    " - Rue de la Loi 16, 1000 Bruxelles",
    ", Postbus 20201, 2500 EE Den Haag",
    ", 12 rue Erasme, L-1468 Luxembourg",
    " Industrieweg 5a 2712 LA Zoetermeer",
)


def _address(name: str, _: str, chance: random.Random) -> str:
    return name + chance.choice(_PLACES)


def _role(name: str, _: str, chance: random.Random) -> str:
    return name + chance.choice(
        [" (penvoerder)", " (group leader)", " (mandataire)", "*", " (1)", "¹", " (lead partner)"]
    )


def _joined(name: str, _: str, chance: random.Random) -> str:
    gaps = [at for at, sign in enumerate(name) if sign in " -" and 2 < at < len(name) - 4]
    if not gaps:
        return name
    at = chance.choice(gaps)
    return name[:at] + chance.choice(["", "-", " "]) + name[at + 1 :]


_AND: Final = {"&": "en", "and": "&", "en": "&", "et": "&"}
_ABBREVIATED: Final = {
    "services": "svcs",
    "international": "int'l",
    "technology": "tech",
    "technologies": "tech",
    "management": "mgmt",
    "systems": "sys",
    "group": "grp",
    "holding": "holdings",
    "solutions": "solution",
    "service": "services",
    "nederland": "NL",
    "netherlands": "Nederland",
    "luxembourg": "Lux",
}


def _shortened(name: str, _country: str, _: random.Random) -> str:
    return " ".join(_ABBREVIATED.get(word.lower(), _AND.get(word.lower(), word)) for word in name.split())


def _dropped(name: str, _: str, chance: random.Random) -> str:
    words = name.split()
    common = [at for at, word in enumerate(words) if at and FIELD.search(word) and not _only_form(words[at:])]
    if not common or len(words) < 3:
        return name
    at = chance.choice(common)
    return " ".join((*words[:at], *words[at + 1 :]))


def _acronym(name: str, _country: str, chance: random.Random) -> str:
    words = wordings(name)[0].words
    if len(words) < 3:
        return ""
    first = [word[0].upper() for word in words]
    return chance.choice(["".join(first), ".".join(first) + "."])


def _domain(name: str, country: str, chance: random.Random) -> str:
    words = wordings(name)[0].words
    return chance.choice(["", "-"]).join(words) + "." + chance.choice(["com", (country or "com").lower()])


_CYRILLIC: Final = {
    **dict(zip("abvgdeziyklmnoprstufh", "абвгдезийклмнопрстуфх", strict=True)),
    **dict(zip("cjqw", "кйкв", strict=True)),
    "x": "кс",
}
_GREEK: Final = {
    **dict(zip("abgdezhiklmnxoprstufw", "αβγδεζηικλμνξοπρστυφω", strict=True)),
    **dict(zip("cvyq", "κβυκ", strict=True)),
    "j": "τζ",
}


def _script(name: str, _: str, chance: random.Random) -> str:
    table = chance.choice([_CYRILLIC, _GREEK])
    return "".join(table.get(sign, sign) for sign in " ".join(words_of(name)))


RULES: Final = {
    "form": (32, _form),
    "case": (18, _case),
    "typing error": (14, _typing_error),
    "country": (7, _country),
    "address": (7, _address),
    "role": (5, _role),
    "joined": (6, _joined),
    "shortened": (6, _shortened),
    "dropped": (4, _dropped),
    "acronym": (2, _acronym),
    "domain": (5, _domain),
    "script": (3, _script),
}
"""How names are rewritten, and how often of a hundred."""
