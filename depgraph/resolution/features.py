"""What two wordings have in common, as readable numbers: the features of the score."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA, Indel

from depgraph.resolution.weights import weight
from depgraph.resolution.wording import Wording, initials


class Case(StrEnum):
    """How two wordings differ: each way has coefficients of its own."""

    SAME = "same"
    """No word is lacking; letters may differ."""
    LACKING = "lacking"
    """One has all words of the other, and more."""
    APART = "apart"
    """Each has words that the other lacks."""
    ACRONYM = "acronym"
    """One is the acronym of the other."""
    DOMAIN = "domain"
    """One is the label of a domain."""


FEATURES: Final = {
    "whole": "whether words, legal forms and countries are all the same",
    "shared": "weight of the words in common, of three",
    "overlap": "weight of the words in common over the weight of all words",
    "rarest": "weight of the rarest word in common",
    "lost": "weight of the words that one name has alone, of three",
    "lacking": "weight of the rarest word that one name has alone",
    "conflict": "the lesser of the weights of the rarest words that each name has alone",
    "alone": "words that one name has alone, of four",
    "letters": "letters in common, blanks left out, from half of them on",
    "misspelled": "letters that differ in words that are one all the same",
    "all_misspelled": "whether no word in common is spelled in one way",
    "short_misspelled": "how short the shortest such word is: ten letters less its own, of ten",
    "slip": "whether all such words differ by one slip: a letter more, less or another, or two changed about",
    "slip_of_common": "whether each of them is a common word on one side, and on the other a word that no name has",
    "other_begin": "whether one of them begins with another letter",
    "same_form": "whether they have a legal form in common",
    "other_form": "whether both have legal forms, and none in common",
    "one_form": "whether one of them alone has a legal form",
    "same_country": "whether both name one country, or are known to be there",
    "other_country": "whether they name two countries, or are known to be in two",
    "one_country": "whether one of them alone names a country",
    "one_region": "whether one of them alone names a region or the world",
    "number": "whether they have different numbers",
    "role": "whether one of them alone has a word such as holding, finance, group",
    "acronym": "letters of the acronym beyond two, of three",
    "label_same": "whether the label of the domain, or it with the ending, is the name without blanks",
    "label_begins": "how much of the label is the name or its first words, or the other way round",
    "label_initials": "letters beyond one of the initials of the name that are the label, of four",
    "label_with": "whether the label is first words of the name, with common words such as tech, group, gov",
    "label_first": "whether the label is the first words of the name, and all further ones are common",
    "label_pieces": "whether the label is made of beginnings of words of the name",
    "label_length": "letters of the label, of twelve",
    "short": "whether the shorter one has three letters or fewer",
}
"""The features in order, each in [0, 1], and what they mean."""

_FORMS: Final = ("same_form", "other_form", "one_form")
_COUNTRIES: Final = ("same_country", "other_country", "one_country", "one_region")
_SPELLING: Final = (
    "letters",
    "misspelled",
    "all_misspelled",
    "short_misspelled",
    "slip",
    "slip_of_common",
    "other_begin",
)
_LOST: Final = ("shared", "overlap", "rarest", "lost", "lacking", "alone", "number", "role", "short")

TELLING: Final[dict[Case, tuple[str, ...]]] = {
    Case.SAME: ("whole", "shared", "rarest", *_SPELLING, *_FORMS, *_COUNTRIES, "short"),
    Case.LACKING: (*_LOST, *_SPELLING, *_FORMS, *_COUNTRIES),
    Case.APART: (*_LOST, "conflict", *_SPELLING, *_FORMS, *_COUNTRIES),
    Case.ACRONYM: ("acronym", "lost", *_FORMS, *_COUNTRIES),
    Case.DOMAIN: (
        "label_same",
        "label_begins",
        "label_initials",
        "label_with",
        "label_first",
        "label_pieces",
        "label_length",
        "shared",
        "overlap",
        "rarest",
        "lost",
        "lacking",
        "alone",
        "role",
        "same_country",
        "other_country",
        "short",
    ),
}
"""The features that tell something in each case."""

_ROLES: Final = frozenset(
    # One text is shorter than a list of fifty.
    """holding beheer group groep groupe gruppe finance financial financing finco invest investment investments
    investering participatie participaties participations participation vastgoed properties property real estate
    pensioen pension pensioenfonds fund fonds feeder master capital ventures management bidco midco topco acquisition
    acquisitions treasury leasing lease trust trustee foundation ict logistics retail development partner""".split()  # noqa: SIM905
)
"""Words that tell companies of one group from each other."""

_ROMAN: Final = frozenset(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"))
_COUNTED: Final = frozenset(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))

_REGIONS: Final = frozenset(("*", "EU"))

_SHORT: Final = {
    "intl": "international",
    "int": "international",
    "svcs": "service",
    "svc": "service",
    "services": "service",
    "solutions": "solution",
    "mgmt": "management",
    "grp": "group",
    "groep": "group",
    "groupe": "group",
    "holdings": "holding",
    "tech": "technology",
    "technologies": "technology",
    "sys": "system",
    "systems": "system",
    "natl": "national",
    "univ": "university",
    "dept": "department",
    "govt": "government",
    "gov": "government",
    "comms": "communications",
    "telecomm": "telecom",
    "nederlandse": "nederlands",
    "lux": "luxembourg",
}
"""Shortened words of names in this field, and numbers of one word that are written for each other."""

_WRITTEN_FOR: Final = 0.97
"""How like such words are."""

_ALIKE: Final = 0.85
"""Two words of which this part of the letters is in common are one, misspelled or in another number."""

ACRONYM: Final = 3
"""Letters from which on initials are taken for a name."""

_LETTERS: Final = 4
"""Letters from which on words may be misspelled."""

_OTHER_BEGIN: Final = 0.88
"""The same of words that begin with different letters."""

_SLIPPED: Final = 0.85
"""How like two words are at least of which one is the other but for one slip."""

_SOUNDING: Final = 0.9
"""How like two words of different scripts are that have the same consonants: vowels are written in many ways."""

_COMMON: Final = 0.7
"""The weight up to which a word is common: some forty of 45,000 names have it."""

_AFFIXES: Final = frozenset(
    # What owners put before or behind their name where it is taken, and what is too short to be counted in names.
    """get my the go try use inc llc ltd corp co usa us uk eu fed federal gov tech it ict ai app hq io online global
    group groep grp cloud solutions systems software security services consulting intl labs data net web digital bv nv
    gmbh sa nl be""".split()  # noqa: SIM905
)


class Match(NamedTuple):
    """Which words of two wordings go together.

    Attributes
    ----------
    pairs : tuple of (str, str, float)
        Words in common, and how much of their letters is.
    first, second : tuple of str
        Words that each has alone.

    """

    pairs: tuple[tuple[str, str, float], ...]
    first: tuple[str, ...]
    second: tuple[str, ...]


_BODIES: Final = frozenset(
    # Before the name of a place they say what it is, and the domain of the body is the name of the place.
    """gemeente commune ville stad stadt gemeinde landkreis kreis comune municipality municipio mairie city town county
    provincie province region region regione departement district metropole land kommune obec miasto gmina
    agglomeration communaute""".split()  # noqa: SIM905
)


def matched(
    first: tuple[str, ...], second: tuple[str, ...], *, exactly: bool = False, transcribed: bool = False
) -> Match:
    """Return which words go together: equal ones, then those of like letters, the likest first.

    Parameters
    ----------
    first, second : tuple of str
    exactly : bool
        Whether equal ones alone do: one letter of a domain makes another one.
    transcribed : bool
        Whether one of them is from another script, so that like sounds are enough.

    Examples
    --------
    >>> matched(("centric", "systems"), ("centric", "system", "support"))
    Match(pairs=(('centric', 'centric', 1.0), ('systems', 'system', 0.97)), first=(), second=('support',))
    >>> matched(("hatch", "tech"), ("hatchtech",))
    Match(pairs=(('hatchtech', 'hatchtech', 1.0),), first=(), second=())

    """
    first, second = _rejoined(first, second), _rejoined(second, first)
    others = list(second)
    pairs: list[tuple[str, str, float]] = []
    left = []
    for word in first:
        if word in others:
            others.remove(word)
            pairs.append((word, word, 1.0))
        else:
            left.append(word)
    if left and others and not exactly:
        near = [
            (-likeness, word, other)
            for word in left
            for other in others
            if (likeness := _likeness(word, other, transcribed)) >= _ALIKE
        ]
        for likeness, word, other in sorted(near):
            if word in left and other in others:
                left.remove(word)
                others.remove(other)
                pairs.append((word, other, -likeness))
    return Match(tuple(pairs), tuple(left), tuple(others))


def _rejoined(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Return words, two that stand side by side as one where the others have them so."""
    for at in range(len(words) - 1):
        joined = words[at] + words[at + 1]
        if joined in others:
            return _rejoined((*words[:at], joined, *words[at + 2 :]), others)
    return words


@lru_cache(maxsize=1 << 16)
def _likeness(word: str, other: str, transcribed: bool) -> float:  # noqa: FBT001 - a key of the cache
    if _SHORT.get(word, word) == _SHORT.get(other, other):
        return _WRITTEN_FOR
    if is_number(word) or is_number(other):
        return 0.0
    if transcribed and len(consonants := _consonants(word)) > 1 and consonants == _consonants(other):
        return _SOUNDING
    short = min(len(word), len(other))
    if short >= _LETTERS:
        likeness = Indel.normalized_similarity(word, other)
        if _is_slip(word, other):
            surely = short > _LETTERS or _is_slip_of_common(word, other)
            return max(likeness, _SLIPPED) if surely else likeness
        # Slips are seldom made in the first letter.
        return likeness if word[0] == other[0] or likeness >= _OTHER_BEGIN else 0.0
    return _SLIPPED if short > 1 and _is_slip(word, other) and _is_slip_of_common(word, other) else 0.0


def _is_slip(word: str, other: str) -> bool:
    """Say whether a word is another but for a letter more, less or another, or two that are changed about."""
    return OSA.distance(word, other, score_cutoff=1) == 1


def _is_slip_of_common(word: str, other: str) -> bool:
    """Say whether one is a common word, and the other a word that no name in the table has."""
    low, high = sorted((weight(word), weight(other)))
    return high >= 1 and low <= _COMMON and max(len(word), len(other)) >= _LETTERS


_SOUNDS: Final = str.maketrans({**dict.fromkeys("aeiouyhwj", ""), "c": "k", "q": "k", "x": "ks", "v": "b", "z": "s"})


def _consonants(word: str) -> str:
    """Return the consonants of a word as different scripts tell them apart, none twice in a row."""
    sounds = word.replace("ph", "f").translate(_SOUNDS)
    return "".join(letter for at, letter in enumerate(sounds) if letter != sounds[at - 1 : at])


@lru_cache(maxsize=1 << 16)
def is_number(word: str) -> bool:
    """Say whether a word is a number, in digits, Roman ones or letters, or has digits in it."""
    return word in _ROMAN or word in _COUNTED or any(character.isdigit() for character in word)


def case_of(first: Wording, second: Wording, match: Match) -> Case:
    """Return how two wordings differ."""
    if first.domain or second.domain:
        return Case.DOMAIN
    if first.joined == second.joined:
        return Case.SAME
    if acronym_of(first, second):
        return Case.ACRONYM
    if match.first and match.second:
        return Case.APART
    if match.first or match.second:
        return Case.LACKING
    return Case.SAME


def acronym_of(first: Wording, second: Wording) -> str:
    """Return the one that is an acronym of the other; empty if neither is."""
    for one, other in ((first, second), (second, first)):
        if len(one.words) == 1 and len(one.words[0]) >= ACRONYM and one.words[0] in initials(other.words):
            return one.words[0]
    return ""


def of_place(name: Wording, label: str) -> Wording:
    """Return a name without the word that says which body of a place it is, unless the label of a domain begins so."""
    words = name.words
    named = len(words) > 1 and words[0] in _BODIES and not label.startswith(words[0])
    return name._replace(words=words[1:]) if named else name


class Common(NamedTuple):
    """How much of two wordings is in common: the weight of the rarest such word, of all, and of all over all words."""

    rarest: float
    weight: float
    overlap: float


def common_of(match: Match) -> Common:
    """Return how much of two wordings is in common."""
    shared = [(min(weight(word), weight(near)), likeness) for word, near, likeness in match.pairs]
    common = sum(tells * likeness for tells, likeness in shared)
    lost = sum(weight(word) for words in (match.first, match.second) for word in words)
    return Common(
        max((tells for tells, _ in shared), default=0.0),
        sum(tells for tells, _ in shared),
        common / max(common + lost, 1e-9),
    )


def features(first: Wording, second: Wording, match: Match, countries: tuple[str, str] = ("", "")) -> tuple[float, ...]:
    """Return the numbers of `FEATURES`, in order.

    Parameters
    ----------
    first, second : Wording
    match : Match
        Of their words.
    countries : (str, str)
        Where each is known to be; empty is unknown.

    """
    common = common_of(match)
    lost = [[weight(word) for word in words] for words in (match.first, match.second)]
    lacks = [max(weights, default=0.0) for weights in lost]
    alone = (*match.first, *match.second)
    unlike = [pair for pair in match.pairs if pair[2] < 1]
    short = min((min(len(word), len(near)) for word, near, _ in unlike), default=10)
    # The country in a name says more of it than where it is registered.
    told = [wording.countries - _REGIONS for wording in (first, second)]
    named = [countries_ or ({where} - {""}) for countries_, where in zip(told, countries, strict=True)]
    forms = first.forms, second.forms
    domain = first.domain or second.domain
    joined = first.joined, second.joined
    alike = domain and _is_label(first, second)
    numbers = [{word for word in words if is_number(word)} for words in (match.first, match.second)]
    return (
        float(not alone and not unlike and forms[0] == forms[1] and first.countries == second.countries),
        min(common.weight / 3, 1.0),
        common.overlap,
        common.rarest,
        min(sum(map(sum, lost)) / 3, 1.0),
        max(lacks),
        min(lacks),
        min(len(alone) / 4, 1.0),
        0.0 if domain else max(2 * Indel.normalized_similarity(*joined) - 1, 0.0),
        min(sum(1 - likeness for *_, likeness in unlike) * 2, 1.0),
        float(bool(unlike) and len(unlike) == len(match.pairs)),
        max(0.0, 1 - short / 10),
        float(bool(unlike) and all(_is_slip(word, near) for word, near, _ in unlike)),
        float(bool(unlike) and all(_is_slip_of_common(word, near) for word, near, _ in unlike)),
        float(any(word[0] != near[0] for word, near, _ in unlike)),
        float(bool(forms[0] & forms[1])),
        float(bool(forms[0] and forms[1] and not forms[0] & forms[1])),
        float(bool(forms[0]) != bool(forms[1])),
        float(bool(named[0] & named[1])),
        float(bool(named[0] and named[1] and not named[0] & named[1])),
        float(bool(told[0]) != bool(told[1])),
        float(first.countries & _REGIONS != second.countries & _REGIONS),
        float(numbers[0] != numbers[1]),
        float(any(word in _ROLES for word in alone)),
        min(max(len(acronym_of(first, second)) - 2, 0) / 3, 1.0),
        float(alike),
        _begins(first, second) if domain and not alike else 0.0,
        _label_initials(first, second) if domain and not alike else 0.0,
        *(_label(first, second) if domain and not alike else (0.0, 0.0, 0.0)),
        min(len((first if first.domain else second).joined) / 12, 1.0) if domain else 0.0,
        float(min(map(len, joined)) <= 3),
    )


def _begins(first: Wording, second: Wording) -> float:
    """Return how much of the longer one is the other, or its first words; less if these are common."""
    label, name = (first, second) if first.domain else (second, first)
    begin, tells, most = "", 0.0, 0.0
    for word in name.words:
        begin, tells = begin + word, max(tells, weight(word))
        if label.joined.startswith(begin) or begin.startswith(label.joined):
            shorter, longer = sorted((len(begin), len(label.joined)))
            most = max(most, tells * shorter / longer)
    return most


def _label_initials(first: Wording, second: Wording) -> float:
    label, name = (first, second) if first.domain else (second, first)
    return min((len(label.joined) - 1) / 4, 1.0) if label.joined in initials(name.words) else 0.0


def _is_label(first: Wording, second: Wording) -> bool:
    """Say whether a label, or it with the ending of its domain, is a name without blanks: all words, or the telling."""
    label, name = (first, second) if first.domain else (second, first)
    return bool({label.joined, label.full} & {name.joined, name.full or name.joined})


def _label(first: Wording, second: Wording) -> tuple[float, float, float]:
    """Return whether a label is first words of a name with common ones, or without, and whether beginnings of words."""
    label, name = (first, second) if first.domain else (second, first)
    written = label.joined
    begin = ""
    whole = only = 0.0
    for at, word in enumerate(name.words, start=1):
        begin += word
        if begin == written and all(weight(more) <= _COMMON or more in _AFFIXES for more in name.words[at:]):
            only = 1.0
        if _is_with_common(written, begin):
            whole = 1.0
    if name.full and _is_with_common(written, name.full):
        whole = 1.0
    return whole, only, float(_is_of_pieces(written, name.words))


def _is_with_common(label: str, begin: str) -> bool:
    """Say whether a label is a text with a common word before or behind it: gov, tech, which body of a place it is."""
    left, found, right = label.partition(begin)
    before = not left or left in _AFFIXES or left in _BODIES or left.removesuffix("de") in _BODIES
    return bool(found) and len(begin) > 1 and bool(left or right) and before and (not right or right in _AFFIXES)


def _is_of_pieces(label: str, words: tuple[str, ...]) -> bool:
    """Say whether a label is beginnings of words, in their order, the first word first."""
    reached = {at for at in range(1, len(label) + 1) if words[0].startswith(label[:at])}
    for word in words[1:]:
        reached |= {
            stop for start in reached for stop in range(start + 1, len(label) + 1) if word.startswith(label[start:stop])
        }
    return len(label) in reached
