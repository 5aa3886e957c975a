"""The one form that notices of every source are read into: who bought which lots from whom, by which contracts."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Intent(Enum):
    """What a notice is for."""

    AWARD = "award"
    MODIFICATION = "modification"
    """It updates contracts that others awarded."""
    INTENTION = "intention"
    """It says that a contract is going to be awarded (voluntary ex ante transparency, VEAT)."""
    UNTOLD = "untold"
    """It awards without a call for competition or says that it is going to: its form does not tell which."""


class Organisation(NamedTuple):
    """A buyer, supplier or subcontractor as a notice describes it.

    Attributes
    ----------
    key : str
        What the notice calls it.
    name : str
        Empty where the notice has none, or it is a person.
    country : str
        ISO 3166-1 alpha-2; empty where the notice does not say.
    identifiers : tuple of str
        Ids of schemes that stand for one legal entity, checked.

    """

    key: str
    name: str
    record: str
    country: str = ""
    identifiers: tuple[str, ...] = ()


class Amount(NamedTuple):
    """An amount of money over the whole term of a contract."""

    value: float
    currency: str


class Lot(NamedTuple):
    """One lot that was awarded.

    Attributes
    ----------
    key : str
        What the procedure calls it.
    classes : tuple of str
        CPV codes as written: that of the lot first, then those of items and of the procedure, then additional ones.
    winners : tuple of Organisation
        All that deliver, whether each by a contract of its own or together; none: nobody knows who.
    begin, end : str or None
        ISO 8601 dates that are stated for the contract.
    signed : str or None
        When the contract was concluded.
    days : float or None
        The stated duration.
    value : Amount or None
        None where it is not stated, withheld, or of several lots.

    """

    key: str
    record: str
    title: str = ""
    classes: tuple[str, ...] = ()
    winners: tuple[Organisation, ...] = ()
    subcontractors: tuple[Organisation, ...] = ()
    begin: str | None = None
    end: str | None = None
    signed: str | None = None
    days: float | None = None
    value: Amount | None = None


class Notice(NamedTuple):
    """One notice.

    Attributes
    ----------
    key : str
        Its id.
    procedure : str
        The id of the procedure that its lots are of.
    date : str
        When it was sent or published; empty where it does not say.
    replaces : tuple of str
        Ids of notices that it takes the place of.
    place : str
        What all its records begin with.

    """

    key: str
    procedure: str
    date: str
    place: str
    version: str = ""
    intent: Intent = Intent.AWARD
    replaces: tuple[str, ...] = ()
    buyers: tuple[Organisation, ...] = ()
    lots: tuple[Lot, ...] = ()
