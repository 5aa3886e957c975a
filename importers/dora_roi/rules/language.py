"""The language of validation rules, as far as the register uses it (DPM-XL): a rule becomes tests of one row.

Three values: a comparison with an empty cell is neither true nor false, and a rule is broken only where it is false.
Where a rule says ``default: 0``, an empty cell counts as 0 in comparisons; whether a cell is empty is not asked of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importers.dora_roi.taxonomy import Template

Cells: TypeAlias = "Sequence[str]"
Truth: TypeAlias = "bool | None"
Test: TypeAlias = "Callable[[Cells], Truth]"

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<cell>\{\s*(?:tB_[0-9.]+\s*,\s*)?c[0-9]{4}\s*\}(?:\[get [A-Za-z0-9]+\])?)"
    r"|(?P<member>\[[A-Za-z_]+:[A-Za-z0-9]+\])"
    r'|(?P<text>"[^"]*")|(?P<number>[0-9]+)|(?P<sign>>=|<=|!=|=|>|<|[(){},])|(?P<word>[a-z]+))'
)
_TABLE: Final = re.compile(r"tB_([0-9]{2}\.[0-9]{2})")
_WITH: Final = re.compile(r"with\s*\{(?P<scope>[^}]*)\}\s*:\s*(?P<rest>.*)", re.DOTALL)
_SEVERAL: Final = re.compile(r"\{(\(\s*c[0-9]{4}(?:\s*,\s*c[0-9]{4})*\s*\)|c\*|c[0-9]{4}-[0-9]{4})\}")


class Clause(NamedTuple):
    """One test of a rule.

    Attributes
    ----------
    column : str
        The one that it is about.
    at : int
        Where that is in a row.
    existence : bool
        Whether it asks for a value there: a row that has one breaks it not.

    """

    column: str
    at: int
    existence: bool
    test: Test


def template_of(expression: str) -> str:
    """Return the code of the template that a rule is about."""
    match = _TABLE.search(expression)
    if match is None:
        raise ValueError(f"names no table: {expression}")
    return f"B_{match[1]}"


def clauses(expression: str, template: Template) -> tuple[Clause, ...]:
    """Return the tests of a rule; one about several columns is one test for each.

    Raises
    ------
    ValueError
        If it says what this language does not have.

    """
    scoped = _WITH.fullmatch(expression)
    body, zero = (scoped["rest"], bool(re.search(r"default:\s*0", scoped["scope"]))) if scoped else (expression, False)
    several = _SEVERAL.search(body)
    if several is None:
        return (_clause(body, template, zero=zero),)
    return tuple(
        _clause(f"{body[: several.start()]}{{{column}}}{body[several.end() :]}", template, zero=zero)
        for column in _chosen(several[1], template)
    )


def _chosen(selection: str, template: Template) -> Iterator[str]:
    values = [column.code for column in template.columns if not column.key]
    if selection == "c*":
        yield from values
    elif selection.startswith("("):
        yield from re.findall(r"c[0-9]{4}", selection)
    else:
        first, last = selection[1:5], selection[6:10]
        yield from (code for code in values if first <= code[1:] <= last)


def _clause(body: str, template: Template, *, zero: bool) -> Clause:
    parser = _Parser(body, template, zero=zero)
    test = parser.whole()
    return Clause(parser.about, template.at[parser.about], parser.existence, test)


class _Parser:
    """Reads one rule from left to right."""

    def __init__(self, body: str, template: Template, *, zero: bool) -> None:
        self._tokens = list(_tokens(body))
        self._at = 0
        self._template = template
        self._zero = zero
        self.about = ""
        self.existence = False

    def whole(self) -> Test:
        test = self._either()
        if self._at < len(self._tokens):
            raise ValueError(f"is not understood from '{self._tokens[self._at][1]}' on")
        return test

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> tuple[str, str]:
        kind, token = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if wanted and token not in wanted:
            raise ValueError(f"has '{token}' where '{wanted[0]}' is wanted")
        self._at += 1
        return kind, token

    def _either(self) -> Test:
        test = self._both()
        while self._peek() == "or":
            self._take()
            test = _or(test, self._both())
        return test

    def _both(self) -> Test:
        test = self._one()
        while self._peek() == "and":
            self._take()
            test = _and(test, self._one())
        return test

    def _one(self) -> Test:
        match self._peek():
            case "not":
                self._take()
                test = self._one()
                return lambda cells: None if (said := test(cells)) is None else not said
            case "(":
                self._take()
                test = self._either()
                self._take(")")
                return test
            case "if":
                return self._conditional()
            case "isnull":
                return self._empty()
            case "match":
                return self._matching()
        return self._comparison()

    def _conditional(self) -> Test:
        self._take("if")
        condition = self._either()
        self._take("then")
        self.about, self.existence = "", False
        consequence = self._either()
        self._take("endif")
        return lambda cells: consequence(cells) if condition(cells) is True else True

    def _empty(self) -> Test:
        self._take("isnull")
        self._take("(")
        at = self._cell()
        self._take(")")
        self.existence = True
        return lambda cells: not cells[at].strip()

    def _matching(self) -> Test:
        self._take("match")
        self._take("(")
        _, token = self._take()
        via, at = self._place(token), self._key(token)
        self._take(",")
        pattern = re.compile(self._take()[1].strip('"'))
        self._take(")")
        self.about, self.existence = self._template.columns[at].code, False
        return lambda cells: None if not (cells[via] and cells[at]) else bool(pattern.search(cells[at]))

    def _comparison(self) -> Test:
        column = self._cell()
        number = self._template.columns[column].type in "mi"
        _, sign = self._take(">=", "<=", "!=", "=", ">", "<", "in")
        self.existence = False
        if sign == "in":
            self._take("{")
            allowed = {self._take()[1].strip("[]")}
            while self._peek() == ",":
                self._take()
                allowed.add(self._take()[1].strip("[]"))
            self._take("}")
            return lambda cells: None if not (said := self._read(cells[column])) else said in allowed
        kind, token = self._take()
        compare = _NUMBERS[sign] if number else _TEXTS[sign]
        if kind == "cell":
            other = self._place(token)
            return lambda cells: compare(self._read(cells[column]), self._read(cells[other]))
        wanted = token.strip('[]"')
        return lambda cells: compare(self._read(cells[column]), wanted)

    def _read(self, cell: str) -> str:
        return cell or ("0" if self._zero else "")

    def _cell(self) -> int:
        kind, token = self._take()
        if kind != "cell":
            raise ValueError(f"has '{token}' where a column is wanted")
        at = self._place(token)
        self.about = self.about or self._template.columns[at].code
        return at

    def _place(self, token: str) -> int:
        return self._template.at[token[token.index("}") - 5 : token.index("}")].strip()]

    def _key(self, token: str) -> int:
        """Return the column that is looked at: that of the cell, or the key that it is asked for."""
        wanted = re.search(r"\[get (\w+)\]", token)
        if wanted is None:
            return self._place(token)
        # Taxonomy 4.2 put a q before the names of some keys.
        names = (wanted[1], f"q{wanted[1]}")
        return next(at for at, column in enumerate(self._template.columns) if column.dimension in names)


def _tokens(body: str) -> Iterator[tuple[str, str]]:
    position = 0
    body = body.strip()
    while position < len(body):
        match = _TOKEN.match(body, position)
        if match is None or match.lastgroup is None:
            raise ValueError(f"is not understood from '{body[position : position + 20]}' on")
        yield match.lastgroup, match[match.lastgroup]
        position = match.end()


def _or(one: Test, other: Test) -> Test:
    def test(cells: Cells) -> Truth:
        said = one(cells)
        if said is True:
            return True
        rest = other(cells)
        return rest if rest is True else (None if said is None or rest is None else False)

    return test


def _and(one: Test, other: Test) -> Test:
    def test(cells: Cells) -> Truth:
        said = one(cells)
        if said is False:
            return False
        rest = other(cells)
        return rest if rest is False else (None if said is None or rest is None else True)

    return test


def _numeric(compare: Callable[[float, float], bool]) -> Callable[[str, str], Truth]:
    def test(one: str, other: str) -> Truth:
        try:
            return compare(float(one), float(other))
        except ValueError:
            return None

    return test


def _textual(compare: Callable[[str, str], bool]) -> Callable[[str, str], Truth]:
    return lambda one, other: compare(one, other) if one and other else None


_NUMBERS: Final = {
    ">=": _numeric(lambda one, other: one >= other),
    "<=": _numeric(lambda one, other: one <= other),
    ">": _numeric(lambda one, other: one > other),
    "<": _numeric(lambda one, other: one < other),
    "=": _numeric(lambda one, other: one == other),
    "!=": _numeric(lambda one, other: one != other),
}
_TEXTS: Final = {
    ">=": _textual(lambda one, other: one >= other),
    "<=": _textual(lambda one, other: one <= other),
    ">": _textual(lambda one, other: one > other),
    "<": _textual(lambda one, other: one < other),
    "=": _textual(lambda one, other: one == other),
    "!=": _textual(lambda one, other: one != other),
}
