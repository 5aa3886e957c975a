"""Who asks, in the words of `--as`: a role, and what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.errors import UsageError
from depgraph.graph import Role, Viewer
from depgraph.model import LABELS, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMUNITY", "Role", "Viewer", "for_awards", "label_of", "lowered", "viewer_of", "words_of"]

COMMUNITY: Final = Viewer(community=True)
"""Who sees what is marked CLEAR or GREEN: whoever awards a contract."""

_TAKES: Final = {
    Role.OPERATOR: (),
    Role.AUDITOR: ("hub", "recipient"),
    Role.HUB: ("recipient",),
    Role.ORGANISATION: ("hub", "recipient"),
    Role.PROCUREMENT: (),
}
"""What may go with each role, beside the ceiling."""

_NAMED: Final = (Role.HUB, Role.ORGANISATION)
"""Roles that are somebody's: which hub, which organisation."""


def viewer_of(words: Sequence[str]) -> Viewer:
    """Return who is meant: the first word is the role, the others what goes with it.

    Raises
    ------
    UsageError
        If that is nobody.

    Examples
    --------
    >>> viewer_of(["organisation:Ede", "hub:north", "ceiling:tlp:amber"]).told()
    'organisation Ede, hub north, up to tlp:amber'

    """
    first, *others = words or [""]
    word, _, name = first.partition(":")
    if word not in tuple(Role):
        raise UsageError(f"'{word}' is no role: use {', '.join(Role)} (hub:NAME, organisation:NAME)")
    role = Role(word)
    if bool(name.strip()) != (role in _NAMED):
        raise UsageError(f"say which: {role.value}:NAME" if role in _NAMED else f"'{word}' takes no name: leave it out")
    said: dict[str, list[str]] = {"hub": [], "recipient": [], "ceiling": []}
    for other in others:
        key, _, value = other.partition(":")
        if key not in (*_TAKES[role], "ceiling") or not value.strip():
            taken = ", ".join(f"{each}:..." for each in (*_TAKES[role], "ceiling"))
            raise UsageError(f"'{other}' does not go with {role.value}: it takes {taken}")
        said[key].append(value.strip())
    for key in ("recipient", "ceiling"):
        if len(said[key]) > 1:
            raise UsageError(f"{key} is given {len(said[key])} times: give it once")
    return Viewer(
        name="".join(said["recipient"]),
        organisation=name.strip() if role is Role.ORGANISATION else "",
        hubs=(name.strip(),) if role is Role.HUB else tuple(dict.fromkeys(said["hub"])),
        role=role,
        ceiling=label_of(said["ceiling"][0]) if said["ceiling"] else Label.RED,
    )


def words_of(viewer: Viewer) -> tuple[str, ...]:
    """Return the words that mean somebody; none where he has no role.

    Examples
    --------
    >>> words_of(Viewer(hubs=("north",), role=Role.HUB, ceiling=Label.AMBER))
    ('hub:north', 'ceiling:tlp:amber')

    """
    if viewer.role is None:
        return ()
    own = {Role.HUB: viewer.hubs[:1], Role.ORGANISATION: (viewer.organisation,)}.get(viewer.role, ())
    hubs = viewer.hubs[1:] if viewer.role is Role.HUB else viewer.hubs
    return (
        ":".join((viewer.role.value, *own)),
        *(f"hub:{hub}" for hub in hubs),
        *((f"recipient:{viewer.name}",) if viewer.name else ()),
        *((f"ceiling:{viewer.ceiling.value}",) if viewer.ceiling is not Label.RED else ()),
    )


def lowered(viewer: Viewer | None, ceiling: Label) -> Viewer:
    """Return somebody whose ceiling is no higher than one; nobody is the keeper, who becomes an operator."""
    if viewer is None:
        return Viewer(role=Role.OPERATOR, ceiling=ceiling)
    low = min(viewer.ceiling, ceiling, key=LABELS.index)
    return Viewer(viewer.name, viewer.organisation, viewer.hubs, viewer.community, viewer.role, low)


def for_awards(viewer: Viewer | None) -> Viewer:
    """Return who looks at a supplier before an award: the community, or somebody who sees no more than it does."""
    return COMMUNITY if viewer is None else lowered(viewer, Label.GREEN)


def label_of(written: str) -> Label:
    """Return the label that somebody wrote, with or without `tlp:`.

    Raises
    ------
    UsageError
        If it is none.

    """
    word = written.strip().lower()
    word = word if word.startswith("tlp:") else f"tlp:{word}"
    if word not in tuple(Label):
        raise UsageError(f"'{written}' is no label: use {', '.join(Label)}")
    return Label(word)
