"""`QUESTIONS`: what may be asked as a job too: in the body of a POST, what GET takes in its query."""

from __future__ import annotations

import json
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from api.addresses import Asked, compact
from api.callers import Caller
from api.document import BASE
from api.jobs.errors import read_as_kept
from api.paging import WHOLE, Page
from api.reading import Reader, lens_of, reader
from api.routes import (
    blasts,
    centralities,
    checks,
    concentrations,
    cut_sets,
    differences,
    explanations,
    gaps,
    importances,
    matches,
    outages,
    pairs,
    paths,
    resolutions,
    simulations,
    single_points,
    trends,
    what_ifs,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from threading import Event

    from fastapi import APIRouter
    from fastapi._compat.v2 import ModelField
    from fastapi.routing import APIRoute

    from api.audit.notes import AnswerResponse
    from api.views import Views
    from depgraph.usecases.viewers import Viewer

_WRITTEN: Final = {"scenario": dict[str, Any], "probabilities": dict[str, Any], "names": list[Any]}
"""What a query writes out as JSON in JSON, and a body has as it is."""

_STRICT: Final = ConfigDict(extra="forbid", strict=True)

_ROUTERS: Final[tuple[APIRouter, ...]] = (
    matches.router,
    single_points.router,
    blasts.router,
    gaps.router,
    outages.router,
    cut_sets.router,
    pairs.router,
    concentrations.router,
    centralities.router,
    simulations.router,
    importances.router,
    what_ifs.router,
    differences.router,
    trends.router,
    checks.router,
    paths.router,
    resolutions.router,
    explanations.router,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A route that is for reading, and what a body says that asks it."""

    route: APIRoute
    body: type[BaseModel]
    looking: tuple[str, ...]
    """Which of its fields say through what the store is looked at."""

    def answer(self, views: Views, asked: Mapping[str, Any], viewer: Viewer | None, ending: Event) -> AnswerResponse:
        """Return the whole answer, as GET gives it page by page."""
        with read_as_kept():
            told = self.body.model_validate(asked)
        values: dict[str, Any] = {name: _written(name, getattr(told, name)) for name in type(told).model_fields}
        lens = lens_of(viewer, **{name: values.pop(name) for name in self.looking})
        page = Page(_as_query(self.route, asked), 0, WHOLE, "")
        answered: AnswerResponse = self.route.endpoint(reading=Reader(views, lens, Caller(ending)), page=page, **values)
        return answered


def _as_query(route: APIRoute, asked: Mapping[str, Any]) -> Asked:
    """Return what a body asks as GET asks it, where some of it stands in the path."""
    in_path = [param.alias for param in route.dependant.path_params]
    path = route.path_format.format(**{name: asked[name] for name in in_path})
    items = [
        (key, each if isinstance(each, str) else compact(each))
        for key, value in asked.items()
        if key not in in_path
        for each in (value if isinstance(value, list) and key not in _WRITTEN else [value])
    ]
    return Asked("", f"{BASE}{path}", tuple(sorted(items, key=itemgetter(0))))


def _question(route: APIRoute) -> Question:
    looking = next(each for each in route.dependant.dependencies if each.call is reader).query_params
    name = "".join(word.capitalize() for word in route.name.split("_"))
    asked = (*route.dependant.path_params, *route.dependant.query_params, *looking)
    body = body_of(f"{name}Asked", "What GET takes in its query.", asked)
    return Question(route, body, tuple(each.name for each in looking))


def body_of(name: str, about: str, params: Iterable[ModelField]) -> type[BaseModel]:
    """Return what a body says that has the keys of a query, and is read as strictly."""
    columns = dict(map(_column, params))
    return create_model(name, __doc__=about, __config__=_STRICT, **columns)


def _column(param: ModelField) -> tuple[str, Any]:
    """Return the field of a body that stands for a key of a query."""
    info = param.field_info
    if param.alias in _WRITTEN:
        kind, needed = _WRITTEN[param.alias], info.is_required()
        return param.name, (
            kind if needed else kind | None,
            Field(... if needed else None, description=info.description),
        )
    default: Any = {"default_factory": info.default_factory} if info.default_factory else {"default": info.default}
    shape: Any = info.annotation
    for each in info.metadata:
        shape = Annotated[shape, each]
    return param.name, (shape, Field(alias=param.alias, description=info.description, **default))


def _written(name: str, value: object) -> object:
    """Return a value as a route takes it."""
    if name not in _WRITTEN:
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _all() -> Iterator[tuple[str, Question]]:
    for router in _ROUTERS:
        for route in router.routes:
            yield route.path.removeprefix("/").partition("/{")[0], _question(route)  # type: ignore[attr-defined, arg-type]  # routes of FastAPI


QUESTIONS: Final[Mapping[str, Question]] = dict(_all())
"""By the path of the route, without what GET takes in it."""
