"""`ACCESS`: which role may ask which resource; what it finds there is a matter of markings (`docs/roles.md`)."""

from __future__ import annotations

from typing import Final

from depgraph.errors import AccessError
from depgraph.usecases.keeping.owned import IMPORTING
from depgraph.usecases.viewers import Role, Viewer

EVERYBODY: Final = "everybody"
"""Who need not log in."""

_ALL: Final = tuple(role.value for role in Role)

_IMPORTING: Final = tuple(role.value for role in IMPORTING)

ACCESS: Final[dict[str, tuple[str, ...]]] = {
    "/api/v1/openapi.json": (EVERYBODY,),
    "/api/v1/docs": (EVERYBODY,),
    "/health": (EVERYBODY,),
    "/health/live": (EVERYBODY,),
    "/health/ready": (EVERYBODY,),
    "/api/v1/status": _ALL,
    "/api/v1/import-records": (Role.OPERATOR.value, Role.AUDITOR.value),
    "/api/v1/nodes": _ALL,
    "/api/v1/nodes/{id:path}": _ALL,
    "/api/v1/matches": _ALL,
    "/api/v1/needs": _ALL,
    "/api/v1/paths": _ALL,
    "/api/v1/single-points-of-failure": _ALL,
    "/api/v1/blasts": _ALL,
    "/api/v1/gaps": _ALL,
    "/api/v1/outages": _ALL,
    "/api/v1/cut-sets": _ALL,
    "/api/v1/pairs": _ALL,
    "/api/v1/concentrations": _ALL,
    "/api/v1/centralities": _ALL,
    "/api/v1/simulations": _ALL,
    "/api/v1/importances": _ALL,
    "/api/v1/what-ifs": _ALL,
    "/api/v1/differences": _ALL,
    "/api/v1/resolutions": _ALL,
    "/api/v1/trends": _ALL,
    "/api/v1/checks": _ALL,
    "/api/v1/explanations/{ref:path}": _ALL,
    "/api/v1/methods": _ALL,
    "/api/v1/sources": _ALL,
    "/api/v1/jobs": _ALL,
    "/api/v1/jobs/{id}": _ALL,
    "DELETE /api/v1/jobs/{id}": _ALL,
    "/api/v1/jobs/{id}/result": _ALL,
    "POST /api/v1/imports": _IMPORTING,
    "/api/v1/imports/{id}/findings": _IMPORTING,
    "POST /api/v1/matches": _ALL,
    "POST /api/v1/single-points-of-failure": _ALL,
    "POST /api/v1/blasts": _ALL,
    "POST /api/v1/gaps": _ALL,
    "POST /api/v1/outages": _ALL,
    "POST /api/v1/cut-sets": _ALL,
    "POST /api/v1/pairs": _ALL,
    "POST /api/v1/concentrations": _ALL,
    "POST /api/v1/centralities": _ALL,
    "POST /api/v1/simulations": _ALL,
    "POST /api/v1/importances": _ALL,
    "POST /api/v1/what-ifs": _ALL,
    "POST /api/v1/differences": _ALL,
    "POST /api/v1/trends": _ALL,
    "POST /api/v1/checks": _ALL,
    "POST /api/v1/paths": _ALL,
    "POST /api/v1/resolutions": _ALL,
    "POST /api/v1/explanations": _ALL,
    "POST /api/v1/reports": _ALL,
    "/api/v1/reports/{id}": _ALL,
    "/api/v1/reports/{id}/figures/{ref:path}": _ALL,
}
"""By the path of a route, after the method where it is not for reading: the roles that may ask it.

A route without a line here is no part of any server.
"""

PUBLIC: Final = frozenset(path for path, roles in ACCESS.items() if EVERYBODY in roles)
"""What is answered without a login: it says nothing of what the store holds."""


def resource(method: str, path: str) -> str:
    """Return how the table calls what is asked.

    Examples
    --------
    >>> resource("GET", "/api/v1/pairs"), resource("POST", "/api/v1/pairs")
    ('/api/v1/pairs', 'POST /api/v1/pairs')

    """
    return path if method == "GET" else f"{method} {path}"


def check_role(viewer: Viewer | None, path: str) -> None:
    """Refuse what a role may not ask; nobody is the keeper of the store.

    Raises
    ------
    AccessError
        If it may not.

    """
    roles = ACCESS[path]
    if viewer is not None and EVERYBODY not in roles and viewer.role not in roles:
        raise AccessError(f"{viewer.role or 'nobody'} may not ask this: see docs/roles.md")


def check_listed(paths: set[str]) -> None:
    """Find that every route has a line in the table, and every line a route.

    Raises
    ------
    LookupError
        If one has none: a fault of ours, which no server begins with.

    """
    if paths != ACCESS.keys():
        wrong = ", ".join(sorted(paths ^ ACCESS.keys()))
        raise LookupError(f"routes and the table of roles differ: {wrong}")
