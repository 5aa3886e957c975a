"""What a column of a table can be, and which keys of a mapping say how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from importers.table.words import IDENTIFIERS


class Form(Enum):
    """How the cells of a field are read."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    WORD = "word"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes
    ----------
    name : str
        The section of a mapping about it.
    form : Form
    what : str
        What it is, for the comment in a mapping.
    column : str
        The column of a register that it becomes; empty where it only helps others.

    """

    name: str
    form: Form
    what: str
    column: str = ""


_OF_PARTIES: Final = tuple(
    Field(f"{whose}_{scheme}", Form.IDENTIFIER, f"the {scheme.upper()} number of the {who}", "identifiers")
    for whose, who in (("provider", "supplier"), ("dependent", "organisation"))
    for scheme in IDENTIFIERS
)

FIELDS: Final = (
    Field("dependent", Form.TEXT, "the organisation that needs it", "dependent"),
    Field("function", Form.TEXT, "what the organisation does with it: a function of its own", "dependent"),
    Field(
        "requirement", Form.TEXT, "what is needed: rows of one organisation and one name belong together", "requirement"
    ),
    Field("service_type", Form.TEXT, "the type of service", "service_type"),
    Field("provider", Form.TEXT, "the supplier", "provider"),
    *_OF_PARTIES,
    Field("subcontractor", Form.TEXT, "who stands behind the supplier for this row", "provider"),
    Field("provider_country", Form.TEXT, "the country of the supplier, two letters", "country"),
    Field("provider_parent", Form.TEXT, "the company that controls the supplier", "owned_by"),
    Field("sector", Form.TEXT, "the sector of the organisation", "sector"),
    Field("hub", Form.TEXT, "the sector hub that looks after the organisation", "hub"),
    Field("valid_from", Form.DATE, "the first day", "valid_from"),
    Field("valid_to", Form.DATE, "the last day", "valid_to"),
    Field("period", Form.DATE, "begin and end in one cell", "valid_from"),
    Field("status", Form.WORD, "whether the row is in force", ""),
    Field("cost", Form.NUMBER, "the amount", "annual_cost_eur"),
    Field("currency", Form.TEXT, "the currency of the amount", ""),
    Field("share", Form.NUMBER, "which part of the need the supplier meets", "share"),
    Field("at_least", Form.WORD, "how many suppliers of the requirement must work", "at_least"),
    Field("criticality", Form.NUMBER, "how much the function matters, 0 to 1", "criticality"),
    Field("people", Form.NUMBER, "people served", "people"),
    Field("tolerance_hours", Form.NUMBER, "hours that the function may be down before harm counts", "tolerance_hours"),
)
"""Every field, in the order in which a mapping names them."""

BY_NAME: Final = {field.name: field for field in FIELDS}
OF_FUNCTIONS: Final = ("criticality", "people", "tolerance_hours")
"""What is said of a function, or of the organisation itself where there are none."""

NAMED: Final = ("provider", "subcontractor")
"""Fields of which one cell may name several parties."""

SEPARATORS: Final = {"slash": "/", "newline": "\n", "semicolon": ";", "comma": ",", "plus": "+", "pipe": "|"}
"""What may part suppliers in one cell, by the word for it in a mapping."""
