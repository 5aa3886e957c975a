"""`ImportAsked`: what the texts of a form say that imports files, by the names of the command's options."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.keys import Wrong, WrongRequestError, wrong_in
from api.words import Day
from depgraph.model import Label, Marking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILES: Final = ("file", "map")
"""Fields that are files."""

Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]


class ImportAsked(BaseModel):
    """What the command takes as options."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    source: Annotated[Name, Field(description="A source: see `/sources`.")]
    marking: Annotated[Label, Field(description="Who may see it: one of the labels that this login may give.")]
    hub: Annotated[list[Name], Field(description="Hubs whose members may see it.", max_length=50)] = []
    organisation: Annotated[list[Name], Field(description="Organisations that may see it.", max_length=50)] = []
    recipient: Annotated[list[Name], Field(description="Recipients who may see it.", max_length=50)] = []
    part: Annotated[
        Name | None, Field(description="Replace only this named part of what this hub or organisation imported.")
    ] = None
    retrieved: Annotated[
        Day | None, Field(description="When the data were retrieved; without it what they state, else today.")
    ] = None
    dry_run: Annotated[bool, Field(alias="dryRun", description="Read and check everything, store nothing.")] = False
    skip_bad: Annotated[bool, Field(alias="skipBad", description="Import the good rows, list the bad ones.")] = False
    ignore: Annotated[
        list[Name], Field(description="Columns or keys that are foreign to the format.", max_length=100)
    ] = []
    decimal: Annotated[
        Literal["point", "comma"] | None, Field(description="The sign before decimals in texts that are numbers.")
    ] = None
    placeholders: Annotated[
        Literal["unknown"] | None, Field(description="Read N/A, TBD, various ... as a provider that nobody knows.")
    ] = None
    authority: Annotated[
        str | None, Field(pattern="^[A-Z]{2}$", description="The country of the authority that a filing is for.")
    ] = None
    all: Annotated[bool, Field(description="Keep what the store does not know too: of gleif, every entity.")] = False
    all_cpv: Annotated[
        bool, Field(alias="allCpv", description="Read notices of procurement whatever is bought, not ICT alone.")
    ] = False
    veat: Annotated[bool, Field(description="Read notices that a contract is going to be awarded as its award.")] = (
        False
    )
    assume_years: Annotated[
        float | None,
        Field(alias="assumeYears", ge=0.1, le=100, description="How long contracts run whose notices state no end."),
    ] = None
    allow_implausible: Annotated[
        bool,
        Field(alias="allowImplausible", description="Import even if it is far smaller or larger than is usual."),
    ] = False
    allow_future: Annotated[
        bool, Field(alias="allowFuture", description="Import even if the data were retrieved after today.")
    ] = False

    def marked(self) -> Marking:
        """Return the marking that is asked for."""
        return Marking(self.marking, tuple(self.hub), tuple(self.organisation), tuple(self.recipient))


def _type(told: dict[str, Any]) -> str:
    shapes = [told, *told.get("anyOf", ())]
    return next((each["type"] for each in shapes if each.get("type", "null") != "null"), "string")


_TYPES: Final = {name: _type(told) for name, told in ImportAsked.model_json_schema()["properties"].items()}
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,20})?", re.ASCII)


def asked_of(texts: Sequence[tuple[str, str]]) -> ImportAsked:
    """Return what the texts of a form ask.

    Raises
    ------
    WrongRequestError
        If something is wrong with them: all of it.

    """
    given: dict[str, Any] = {}
    wrong = [*_foreign(texts)]
    for name, text in texts:
        match _TYPES.get(name):
            case "array":
                given.setdefault(name, []).append(text)
            case "boolean":
                given[name] = {"true": True, "false": False}.get(text)
                if given[name] is None:
                    wrong.append(Wrong("body", name, f"{name}: '{text}' is neither true nor false"))
            case "number":
                given[name] = float(text) if _NUMBER.fullmatch(text) else None
                if given[name] is None:
                    wrong.append(Wrong("body", name, f"{name}: '{text}' is no number: write it as 0.5"))
            case "string":
                given[name] = text
    try:
        asked = ImportAsked.model_validate(given)
    except ValidationError as error:
        told = {one.key for one in wrong}
        more = wrong_in([{**each, "loc": ("body", *each["loc"])} for each in error.errors()])
        wrong += [one for one in more if one.key[:1] != () and one.key[0] not in told]
        raise WrongRequestError(wrong) from None
    if wrong:
        raise WrongRequestError(wrong)
    return asked


def _foreign(texts: Sequence[tuple[str, str]]) -> Iterator[Wrong]:
    for name, times in Counter(name for name, _ in texts).items():
        if name not in _TYPES:
            yield Wrong("body", name, f"unknown field '{name}': use {', '.join((*FILES, *_TYPES))}")
        elif times > 1 and _TYPES[name] != "array":
            yield Wrong("body", name, f"'{name}' is given {times} times: give it once")


def form_schema() -> dict[str, Any]:
    """Return the schema of the form: texts and files."""
    told = ImportAsked.model_json_schema(ref_template="#/components/schemas/{model}")
    labels = told.pop("$defs", {})
    binary = {"type": "string", "format": "binary"}
    told["properties"] = json.loads(json.dumps(told["properties"]))
    told["properties"]["marking"] |= {"type": "string", "enum": labels["Label"]["enum"]}
    told["properties"]["marking"].pop("$ref", None)
    told["properties"] |= {
        "file": {
            "type": "array",
            "items": binary,
            "minItems": 1,
            "description": "Files of that source, or a zip of them.",
        },
        "map": binary | {"description": "How a table is read: `depgraph map` writes it."},
    }
    told["required"] = ["source", "marking", "file"]
    return told
