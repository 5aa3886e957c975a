"""What streams into a store: good facts pass, and everything found wrong is kept for the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.graph import CAVEAT
from depgraph.ids import value_of
from depgraph.model import REMARK, Facts, Finding, Level
from depgraph.ports import Counts
from depgraph.usecases.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from depgraph.model import Kind
    from depgraph.ports import Source

MAX_ERRORS: Final = 100_000
"""Bad records after which reading stops: so many are another file, not a few mistakes."""

IMPLAUSIBLE: Final = "implausible"
"""Code of the finding that says that a source has fewer nodes of a kind than usual."""

_LEAST: Final = 10
"""One country of several, or an early year, has fewer nodes than is usual; with less than a tenth of that, an input is
cut off or of another kind. No country and no year of the sources is so small."""

_STEP: Final = 1_000


class Intake:
    """What passed through so far: good facts go on, findings stay here as well.

    Attributes
    ----------
    records : int
        Records read.
    skipped : int
        Records left out because they are bad.

    """

    def __init__(
        self,
        source: Source,
        part: str,
        *,
        skip_bad: bool,
        allow_implausible: bool,
        least_nodes: int = 0,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._source = source
        self._part = part
        self._skip_bad = skip_bad
        self._allow_implausible = allow_implausible
        self._least_nodes = least_nodes
        self._progress = progress or (lambda _: None)
        self._validation = Validation()
        self.records = 0
        self._nodes = self._needs = self._ties = self._decisions = 0
        self._called: dict[str, str] = {}
        self._errors: list[Finding] = []
        self._remarks: list[Finding] = []
        self.skipped = 0

    def checked(self, facts: Iterator[Facts]) -> Iterator[Facts]:
        """Yield the good facts; raise `InputError` at the end if the whole is not to be stored.

        After the first bad record nothing is yielded any more unless bad ones are skipped,
        but everything is read, so that the report is complete.
        """
        for records in self._read(facts):
            good = self._good(records)
            if self._skip_bad or not self._errors:
                yield good
        self._progress(self.records)
        self._judge()
        said = self._smaller()
        if self._source.caveat:
            said += (Finding(Level.NOTE, CAVEAT, "", "", self._source.caveat),)
        if said:
            self._note(said)
            yield Facts(findings=said)

    def pass_over(self, records: int) -> None:
        """Count records that were read, and of which the source keeps nothing as it is meant to."""
        self._count_records(records)

    def nodes(self) -> Mapping[Kind, int]:
        """Return how many distinct nodes of each kind the good facts speak of."""
        return self._validation.nodes()

    def parties(self) -> Mapping[str, str]:
        """Return what the good facts call each party that they speak of."""
        return {party: self._called.get(party) or value_of(party) for party in self._validation.parties()}

    def counts(self) -> Counts:
        """Return how many good facts of each sort passed."""
        return Counts(self._nodes, self._needs, self._ties, self._decisions)

    def findings(self) -> tuple[Finding, ...]:
        """Return everything that was found, errors first."""
        return (*self._errors, *self._remarks)

    def implausible(self) -> tuple[str, ...]:
        """Return which numbers of nodes a full import does not have; a part may have fewer."""
        return self._outside(1)

    def _outside(self, part: int) -> tuple[str, ...]:
        """Return which numbers of nodes are larger than usual, or smaller than one `part` of what is usual."""
        found = self.nodes()
        return tuple(
            f"{found.get(kind, 0):,} nodes of kind {kind}, where {usual.start:,} to {usual.stop - 1:,} are usual"
            for kind, usual in self._source.expect.items()
            if found.get(kind, 0) not in range(0 if self._part else usual.start // part, usual.stop)
        )

    def _read(self, facts: Iterator[Facts]) -> Iterator[Facts]:
        try:
            yield from facts
        except InputError as error:
            found = error.findings or (Finding(Level.ERROR, "bad-input", "", "", str(error)),)
            self._errors += map(_shown, found)
            raise self._refusal() from error

    def _good(self, facts: Facts) -> Facts:
        """Return what may be stored of a record, or of several that come together."""
        self._count_records(_recorded(facts))
        findings: tuple[Finding, ...] = facts.findings
        bad = any(finding.level is Level.ERROR for finding in findings)
        if not bad and (invalid := self._validation.findings(facts)):
            findings = (*findings, *invalid)
            bad = True
        if findings:
            facts = self._left(facts, findings) if bad else facts._replace(findings=tuple(map(_shown, findings)))
            self._note(facts.findings)
        for node in facts.nodes:
            if name := node.attributes.get("name"):
                self._called[node.id] = str(name)
        self._nodes += len(facts.nodes)
        self._needs += len(facts.needs)
        self._ties += len(facts.ties)
        self._decisions += len(facts.decisions)
        return facts

    def _left(self, facts: Facts, findings: tuple[Finding, ...]) -> Facts:
        """Return what is left of facts without the bad records: the findings, and the records beside it."""
        records = _records(facts)
        wrong = (
            {finding.record for finding in findings if finding.level is Level.ERROR} if len(records) > 1 else records
        )
        self.skipped += len(wrong)
        needs = tuple(need for need in facts.needs if need.record in records - wrong)
        return Facts(needs=needs, findings=tuple(map(_shown, findings)))

    def _count_records(self, records: int) -> None:
        before = self.records
        self.records += records
        if before // _STEP < self.records // _STEP:
            self._progress(self.records)

    def _note(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            (self._errors if finding.level is Level.ERROR else self._remarks).append(finding)
        if len(self._errors) > MAX_ERRORS:
            raise self._refusal(f"more than {MAX_ERRORS:,} errors, reading stopped")

    def _judge(self) -> None:
        """Raise `InputError` if what was read is not to be stored."""
        if self._errors and not self._skip_bad:
            raise self._refusal()
        remarked = any(finding.code == REMARK for finding in self._remarks)
        if self.counts() == Counts() and not remarked:
            if self._source.replies and not self._errors:
                raise InputError("nothing is answered: fill in an answer or a remark", self.findings())
            raise InputError(
                f"nothing to import: no good record in what was given for '{self._source.name}'", self.findings()
            )
        if self._nodes < self._least_nodes and not self._allow_implausible:
            raise InputError(
                f"{self._nodes:,} records about nodes, where at least {self._least_nodes:,} are plausible, half as many"
                " as before: is the input cut off? If it is right, give --allow-implausible",
                self.findings(),
            )
        absurd = self._outside(_LEAST)
        if absurd and not self._allow_implausible:
            raise InputError(
                f"{absurd[0]}: is the input cut off, or of another kind? If it is right, give --allow-implausible",
                self.findings(),
            )

    def _smaller(self) -> tuple[Finding, ...]:
        """Return the warning that the source has other numbers of nodes than usual, if it does."""
        counts = self.implausible()
        if not counts:
            return ()
        name = self._source.name
        replaced = "" if self._part else f"; all that '{name}' said before goes, unless --part names a part of it"
        return (Finding(Level.WARNING, IMPLAUSIBLE, "", "", "; ".join(counts) + replaced),)

    def _refusal(self, why: str = "") -> InputError:
        others = len(self._errors) - 1
        more = why or (f"and {others:,} more" if others else "")
        return InputError(f"{self._errors[0]}{f' ({more})' if more else ''}", self.findings())


def _recorded(facts: Facts) -> int:
    """Return how many records facts come of: none, if they only remark on something beside the records."""
    if facts.nodes or facts.needs or facts.ties or facts.decisions:
        return len(_records(facts))
    return int(any(finding.level is Level.ERROR or finding.code == REMARK for finding in facts.findings))


def _records(facts: Facts) -> set[str]:
    """Return the records behind facts: one, unless they are nothing but needs."""
    if len(facts.needs) < 2 or facts.nodes or facts.ties or facts.decisions or facts.findings:
        return {""}
    return {need.record for need in facts.needs}


def _shown(finding: Finding) -> Finding:
    r"""Return a finding whose text of strangers cannot steer a terminal: what does not print becomes ``\x1b``.

    A remark of an audited body is kept as it was written; doors make what they show of it legible.
    """
    if all(map(str.isprintable, finding)):
        return finding
    if finding.code == REMARK:
        level, code, record, field, message = finding
        return Finding(level, code, _escaped(record), _escaped(field), message)
    return Finding(finding.level, *(_escaped(text) for text in finding[1:]))


def _escaped(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
