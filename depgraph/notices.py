"""What names a notice of procurement among facts: a finding, of a form that importers and the graph share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.model import Finding, Level

if TYPE_CHECKING:
    from typing import Self

NOTICE: Final = "notice"
"""Code of the finding that names a notice: `record` is its place, `field` its id, `message` all else."""

_VERSION: Final = " version "
_MODIFIES: Final = "; modifies contracts"
_IN_PLACE_OF: Final = "; in place of "


class NoticeName(NamedTuple):
    """What a notice says of itself.

    Attributes
    ----------
    place : str
        What records of its facts begin with.
    key : str
        Its id.
    date : str
        ISO 8601 date; empty if it has none.
    version : str
        Empty where notices are not counted; versions compare as text.
    modifies : bool
        Whether it only updates the contracts that it speaks of.
    named : tuple of str
        Ids of the notices that it takes the place of, with or without their version.

    """

    place: str
    key: str
    date: str
    version: str = ""
    modifies: bool = False
    named: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        """The finding that names it.

        Examples
        --------
        >>> NoticeName("a.xml", "b-1", "2024-01-31", "02", named=("403922-2019",)).finding.message
        '2024-01-31 version 02; in place of 403922-2019'

        """
        changed = "".join(_IN_PLACE_OF + one for one in self.named)
        version = _VERSION + self.version if self.version else ""
        message = f"{self.date}{version}{_MODIFIES if self.modifies else ''}{changed}"
        return Finding(Level.NOTE, NOTICE, self.place, self.key, message)

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Return the notice that a finding names."""
        age, *named = finding.message.split(_IN_PLACE_OF)
        date, _, version = age.removesuffix(_MODIFIES).partition(_VERSION)
        return cls(finding.record, finding.field, date, version, age.endswith(_MODIFIES), tuple(named))

    @property
    def full(self) -> str:
        """Its id with its version, as notices name one another."""
        return f"{self.key}-{self.version}"
