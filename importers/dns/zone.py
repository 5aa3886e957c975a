"""Master files of DNS (RFC 1035, section 5), and what prints records in their form: dig, massdns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from importers.dns.answers import IGNORED, READ, TXT, Answer, answer
from importers.readers.faults import fault, findings_of
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Finding

MAX_LINES: Final = 10_000
"""Lines that brackets may hold together."""

MAX_GENERATED: Final = 65_536
"""Records that the $GENERATE directives of a file may make."""

_PLAIN: Final = re.compile(r'[^"();\\]*')
_TOKEN: Final = re.compile(r'\s+|;.*|"(?:[^"\\]|\\.)*"|[()]|(?:[^\s;"()\\]|\\.)+', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\([0-9]{3}|.)", re.DOTALL)
_TTL: Final = re.compile(r"[0-9]+|(?:[0-9]+[smhdw])+", re.IGNORECASE | re.ASCII)
_CLASS: Final = re.compile(r"IN|CH|HS|CS|CLASS[0-9]+", re.IGNORECASE | re.ASCII)
_TYPE: Final = re.compile(r"TYPE[0-9]+", re.IGNORECASE | re.ASCII)
_LETTER: Final = re.compile("[a-z]", re.IGNORECASE)
_RANGE: Final = re.compile(r"([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?", re.ASCII)
_PLACEHOLDER: Final = re.compile(r"\$(?:\$|\{(-?[0-9]{1,10})(?:,([0-9]{1,3})(?:,([doxX]))?)?\})?", re.ASCII)


class _Entry(NamedTuple):
    """One entry of the file: its tokens, each with whether it was quoted, and whether it begins with a blank."""

    line: int
    blank: bool
    tokens: list[tuple[str, bool]]


def read_zone(given: Iterator[str], label: str) -> Iterator[Answer | Finding]:
    """Yield the records of a master file; one that cannot be read is a finding, and the others are read on.

    A name that does not end with a dot is relative to ``$ORIGIN``, where the file states one
    or begins with a start of authority (SOA); else, with a dot in it, it is taken as it stands.

    Raises
    ------
    InputError
        If the file includes another (``$INCLUDE``), or ``$GENERATE`` makes too much.

    """
    zone = _Zone(label)
    for entry in _entries(given, label):
        if not isinstance(entry, _Entry):
            yield entry
            continue
        try:
            answers = zone.read(entry)
        except InputError as error:
            if any(finding.code == "refused" for finding in error.findings):
                raise
            yield from findings_of(error, f"{label}:{entry.line}")
            continue
        yield from answers


def _entries(given: Iterator[str], label: str) -> Iterator[_Entry | Finding]:
    """Yield the entries: lines, joined where brackets hold them together."""
    open_: _Entry | None = None
    depth = 0
    for number, line in enumerate(given, 1):
        if open_ is None and _PLAIN.fullmatch(line):
            if words := line.split():
                yield _Entry(number, line[0] in " \t", [(word, False) for word in words])
            continue
        entry = open_ or _Entry(number, line[:1] in (" ", "\t"), [])
        try:
            depth = _tokenise(line, entry, depth, f"{label}:{number}")
            if depth and number - entry.line >= MAX_LINES:
                raise fault(f"{label}:{entry.line}", "", "a bracket that opens here is never closed", "bad-zone")
        except InputError as error:
            yield from error.findings
            open_, depth = None, 0
            continue
        open_ = entry if depth else None
        if not depth and entry.tokens:
            yield entry
    if open_ is not None:
        yield from fault(f"{label}:{open_.line}", "", "a bracket that opens here is never closed", "bad-zone").findings


def _tokenise(line: str, entry: _Entry, depth: int, record: str) -> int:
    """Add the tokens of a line to an entry, and return how many brackets are open after it."""
    position = 0
    line = line.rstrip("\r\n")
    while position < len(line):
        match = _TOKEN.match(line, position)
        if not match:
            raise fault(record, "", "a quote that opens here is never closed on its line", "bad-zone")
        word, position = match[0], match.end()
        if word == "(":
            depth += 1
        elif word == ")":
            if not depth:
                raise fault(record, "", "a bracket closes that was never opened", "bad-zone")
            depth -= 1
        elif not word.isspace() and not word.startswith(";"):
            quoted = word.startswith('"')
            entry.tokens.append((_unescaped(word[1:-1] if quoted else word, record), quoted))
    return depth


def _unescaped(token: str, record: str) -> str:
    def character(match: re.Match[str]) -> str:
        if not match[1].isdecimal() or len(match[1]) < 3:
            return match[1]
        if int(match[1]) > 255:
            raise fault(record, "", f"{shown(match[0])} is no octet", "bad-zone")
        return chr(int(match[1]))

    return _ESCAPE.sub(character, token) if "\\" in token else token


class _Zone:
    """What holds from one entry to the next: the origin, and the name that a blank stands for."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._origin: str | None = None
        self._owner = ""
        self._generated = 0

    def read(self, entry: _Entry) -> list[Answer]:
        """Return the records that an entry makes: none, one, or those of a ``$GENERATE``."""
        record = f"{self._label}:{entry.line}"
        first, quoted = entry.tokens[0]
        if first.startswith("$") and not entry.blank and not quoted:
            return self._directive(first.upper(), entry.tokens[1:], record)
        tokens = list(entry.tokens)
        if not entry.blank:
            self._owner = self._absolute(tokens.pop(0)[0], record)
        elif not self._owner:
            raise fault(record, "name", "begins with a blank, and no name stands before", "bad-zone")
        found = self._record(self._owner, tokens, record)
        return [found] if found else []

    def _directive(self, name: str, tokens: list[tuple[str, bool]], record: str) -> list[Answer]:
        if name == "$INCLUDE":
            raise fault(record, name, "another file is not read: put its records in place of this line", "refused")
        if name == "$ORIGIN" and tokens:
            self._origin = self._absolute(tokens[0][0], record).rstrip(".") + "."
            return []
        if name == "$GENERATE" and len(tokens) >= 3:
            return list(self._generate(tokens, record))
        if name == "$TTL":
            return []
        raise fault(record, name, "is no directive that can be read", "bad-zone")

    def _generate(self, tokens: list[tuple[str, bool]], record: str) -> Iterator[Answer]:
        match = _RANGE.fullmatch(tokens[0][0])
        if not match or int(match[1]) > int(match[2]) or int(match[3] or 1) < 1:
            raise fault(record, "$GENERATE", f"{shown(tokens[0][0])} is no range such as 1-10 or 1-10/2", "bad-zone")
        numbers = range(int(match[1]), int(match[2]) + 1, int(match[3] or 1))
        self._generated += len(numbers)
        if self._generated > MAX_GENERATED:
            message = f"makes more than {MAX_GENERATED:,} records, the most of one file"
            raise fault(record, "$GENERATE", message, "refused")
        for number in numbers:
            name, *data = [(_filled(token, number), quoted) for token, quoted in tokens[1:]]
            found = self._record(self._absolute(name[0], record), data, record)
            if found:
                yield found

    def _record(self, owner: str, tokens: list[tuple[str, bool]], record: str) -> Answer | None:
        """Return the record behind its owner: a time to live and a class in either order, a type, and data."""
        position = 0
        other_class = False
        while position < min(2, len(tokens)) and not tokens[position][1]:
            word = tokens[position][0]
            if _CLASS.fullmatch(word):
                other_class |= word.upper() not in ("IN", "CLASS1")
            elif not _TTL.fullmatch(word):
                break
            position += 1
        if position == len(tokens):
            raise fault(record, "", "has no type", "bad-zone")
        type_ = tokens[position][0].upper()
        if type_ == "SOA" and self._origin is None:
            self._origin = owner.rstrip(".") + "."
        if type_ not in READ:
            if type_ not in IGNORED and not _TYPE.fullmatch(type_):
                raise fault(record, "", f"{shown(tokens[position][0])} is no type of DNS", "bad-zone")
            return None
        if other_class:
            return None
        data = [token for token, _ in tokens[position + 1 :]]
        if data[:1] == ["\\#"] or data[:1] == ["#"]:
            raise fault(record, type_, "is in the generic form (RFC 3597), which is not read", "bad-zone")
        return answer(owner, type_, data if type_ == TXT else [self._target(word, record) for word in data], record)

    def _target(self, word: str, record: str) -> str:
        """Return a name in a record's data as absolute; numbers, addresses and parameters stay as they are."""
        if word != "@" and (":" in word or "=" in word or not _LETTER.search(word)):
            return word
        return self._absolute(word, record)

    def _absolute(self, name: str, record: str) -> str:
        if name == "@":
            if self._origin is None:
                raise fault(record, "name", "'@' stands for an origin, and no $ORIGIN states one", "bad-zone")
            return self._origin
        if name.endswith("."):
            return name
        if self._origin is not None:
            return f"{name}.{self._origin}" if self._origin != "." else f"{name}."
        if "." in name:
            return f"{name}."
        raise fault(record, "name", f"{shown(name)} is relative, and no $ORIGIN states to what", "bad-zone")


def _filled(token: str, number: int) -> str:
    def written(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        value = number + int(match[1] or 0)
        return format(value, f"0{int(match[2] or 0)}{match[3] or 'd'}" if match[2] else match[3] or "d")

    return _PLACEHOLDER.sub(written, token)
