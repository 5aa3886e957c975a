"""What a report over HTTP is asked with, and the job that makes it: the files that the command writes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import Query
from fastapi.dependencies.utils import get_dependant

from api.audit.notes import Facts
from api.jobs.errors import read_as_kept
from api.jobs.questions import body_of
from api.reading import lens_of, reader
from api.words import MOMENT, Hub, Id, Moment, Sector
from depgraph.errors import AccessError, StoreError, UsageError
from depgraph.reports.kinds import KINDS, is_hub
from depgraph.reports.lists import lists_of
from depgraph.reports.making import asked_with, make_report
from depgraph.reports.writing import FORMS, check_form
from depgraph.usecases.visible import material_of, visible_to
from depgraph.usecases.words import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.jobs.working import Work
    from depgraph.reports.making import Asked
    from depgraph.usecases.viewers import Viewer

MADE: Final = "made.json"
"""The file of a job that says of what its report was made."""

_Form = Literal["json", "html", "pdf", "xlsx"]


def name_of(ending: str) -> str:
    """Return the file of a job that is its report in one form."""
    return f"report{ending}"


@dataclass(frozen=True, slots=True)
class Made:
    """Of what a report was made.

    Attributes
    ----------
    as_of, revision, digest
        Of its graph.
    material : tuple of str
        The imports that its viewer could see while it was made.

    """

    as_of: str
    revision: int
    digest: str
    material: tuple[str, ...]


def _asked(
    kind: Annotated[Kind, Query(description="Which report.")],
    against: Annotated[
        list[Id],
        Query(max_length=20, default_factory=list, description="procurement: another bidder, beside the supplier."),
    ],
    forms: Annotated[
        list[_Form],
        Query(
            max_length=4, default_factory=list, description="As what to make it; without it, all that this server can."
        ),
    ],
    sector: Sector = "",
    hub: Hub = "",
    supplier: Annotated[
        str, Query(max_length=1_100, description="procurement: about whom; hub: who could be hit by it.")
    ] = "",
    buyer: Annotated[str, Query(max_length=1_100, description="procurement: who would award, by id or name.")] = "",
    service_type: Annotated[
        str,
        Query(
            alias="serviceType",
            max_length=1_000,
            description="procurement: of what; these needs of the buyer would move.",
        ),
    ] = "",
    since: Annotated[
        Moment,
        Query(pattern=f"^{MOMENT}?$", description="auditor: tell what changed since a revision or a date."),
    ] = "",
    redact: Annotated[Literal["", "names"], Query(description="Put numbers in place of names, ids and records.")] = "",
    as_keeper: Annotated[
        bool,
        Query(alias="asKeeper", description="As the keeper of the store sees it, who sees all; the report says so."),
    ] = False,
) -> None:
    """Say what a report is asked with: what the options of the command say, but for those that name files."""


_LOOKING: Final = get_dependant(path="", call=reader).query_params
_WITH: Final = get_dependant(path="", call=_asked).query_params
ReportAsked: Final = body_of("ReportAsked", "With what a report is asked.", (*_WITH, *_LOOKING))


def asked_by(viewer: Viewer | None, body: Mapping[str, Any]) -> Asked:
    """Return what somebody asks for; without a viewer the keeper of the store does.

    Raises
    ------
    AccessError
        If it is not for him.
    UsageError
        If no report is asked so.

    """
    with read_as_kept():
        told = ReportAsked.model_validate(body)
    values: dict[str, Any] = {name: getattr(told, name) for name in type(told).model_fields}
    lens = lens_of(viewer, **{each.name: values.pop(each.name) for each in _LOOKING})
    kind, since, redact, as_keeper, _ = (values.pop(name) for name in ("kind", "since", "redact", "as_keeper", "forms"))
    if as_keeper and viewer is not None:
        raise AccessError("only the keeper of the store sees all: leave out asKeeper")
    if KINDS[kind].own and viewer is not None and values["hub"] and not is_hub(viewer, values["hub"]):
        raise AccessError(f"the report to a hub is for that hub: ask for the auditor's, with hub '{values['hub']}'")
    # Whoever is given a report does not see who asked for it: one of the whole store says so.
    as_keeper = as_keeper or (viewer is None and "as_keeper" in KINDS[kind].takes)
    given = {**values, "against": tuple(values["against"])}
    asked = asked_with(kind, given, as_keeper=as_keeper, packed=False, since=since, lens=lens)
    return replace(asked, redact=bool(redact))


def write_files(work: Work) -> None:
    """Make a report in every form that was asked for, or that this machine can make."""
    asked = asked_by(work.viewer, work.job.asked)
    if asked.lens.revision is None:
        asked = replace(asked, lens=replace(asked.lens, revision=work.revision_of(asked.lens.viewer)))
    chosen = [*dict.fromkeys(f".{form}" for form in work.job.asked.get("forms", ()))]
    for ending in chosen:
        check_form(Path(name_of(ending)))
    chosen = chosen or [each for each in FORMS if _can_make(each)]
    store = visible_to(work.store, work.viewer)
    before = material_of(store, asked.lens.viewer)
    view, report = make_report(store, asked)
    for done, ending in enumerate(chosen, start=1):
        work.progress(done, len(chosen) + 1)
        work.write(name_of(ending), FORMS[ending](report, asked.template))
    material = {*before, *material_of(store, asked.lens.viewer)}
    made = Made(view.graph.as_of, view.revision, view.graph.digest, tuple(sorted(material)))
    work.write(MADE, json.dumps(asdict(made)).encode())
    rows = sum(len(each.rows) for each in lists_of(report))
    work.note(Facts(rows, report.meta.revision, report.meta.marking.text))


def made_of(written: bytes) -> Made:
    """Return of what a report was made, as its job noted it.

    Raises
    ------
    StoreError
        If that cannot be read.

    """
    try:
        told = json.loads(written)
        return Made(**{**told, "material": tuple(told["material"])})
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(f"what the report was made of cannot be read ({error}): ask for it anew") from None


def _can_make(ending: str) -> bool:
    try:
        check_form(Path(name_of(ending)))
    except UsageError:
        return False
    return True
