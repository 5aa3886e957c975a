"""Who may see an import, by its marking (Traffic Light Protocol 2.0, FIRST, 2022)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from depgraph.model import LABELS, Label, Marking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Role(StrEnum):
    """What somebody asks as; `docs/roles.md` has the table."""

    OPERATOR = "operator"
    AUDITOR = "auditor"
    HUB = "hub"
    ORGANISATION = "organisation"
    PROCUREMENT = "procurement"


_OPEN: Final = (Label.CLEAR, Label.GREEN)
"""Labels whose audience is everybody, or everybody who logged in."""

_NOBODY_KNOWN: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who asks: a person, the organisation that they act for, and its hubs.

    Who is of the community, and nothing more is known of them, sees what is CLEAR or GREEN.

    Attributes
    ----------
    name : str
        As a marking names a recipient.
    hubs : tuple of str
        Of a hub: itself; of an organisation: those that look after it; of an auditor: those granted.
    role : Role or None
        None of somebody who asks no server: of whom only a name, an organisation or hubs are known.
    ceiling : Label
        What is more closed is hidden, whoever it names.

    """

    name: str = ""
    organisation: str = ""
    hubs: tuple[str, ...] = ()
    community: bool = False
    role: Role | None = None
    ceiling: Label = Label.RED

    def told(self) -> str:
        """Return in words who that is."""
        named = [self.role.value] if self.role and not self._names_itself() else []
        named += [self.name] if self.name else []
        named += [f"organisation {self.organisation}"] if self.organisation else []
        named += [f"hub {hub}" for hub in self.hubs]
        if self.ceiling != Label.RED:
            named.append(f"up to {self.ceiling.value}")
        return ", ".join(named) or (
            "the community (TLP:CLEAR and TLP:GREEN)" if self.community else "anybody (TLP:CLEAR)"
        )

    def _names_itself(self) -> bool:
        """Say whether the role is told by the hub or organisation that follows."""
        return (self.role is Role.HUB and bool(self.hubs)) or (
            self.role is Role.ORGANISATION and self.organisation != ""
        )


def may_see(viewer: Viewer | None, marking: Marking) -> bool:
    """Say whether `viewer` may see facts so marked; no viewer is the keeper of the store, who may.

    What is more closed than the viewer's ceiling is hidden. Up to it an operator sees all, and others:
    CLEAR: everyone. GREEN: everyone in the community, so whoever logged in, or acts for an organisation
    or hub. AMBER: the organisations and hubs that the marking names. AMBER+STRICT: the
    organisations. RED: the persons that it names, and nobody else. A named recipient may
    see whatever is short of RED too. An auditor sees beside that what names nobody, and what names a hub
    that he was granted. Procurement sees CLEAR and GREEN only.

    Examples
    --------
    >>> from depgraph.model import Label, Marking
    >>> may_see(Viewer(hubs=("care",)), Marking(Label.AMBER, hubs=("care",)))
    True
    >>> may_see(Viewer(hubs=("care",)), Marking(Label.AMBER_STRICT, hubs=("care",)))
    False
    >>> may_see(Viewer(role=Role.OPERATOR, ceiling=Label.GREEN), Marking(Label.AMBER))
    False

    """
    if viewer is None:
        return True
    if LABELS.index(marking.label) > LABELS.index(viewer.ceiling):
        return False
    if marking.label is Label.CLEAR or viewer.role is Role.OPERATOR:
        return True
    if marking.label is Label.GREEN and viewer.role is not None:
        return True
    return viewer.role is not Role.PROCUREMENT and (_is_audited(viewer, marking) or _is_addressed(viewer, marking))


def _is_audited(viewer: Viewer, marking: Marking) -> bool:
    """Say whether a marking is for an auditor: it names nobody, or a hub that he was granted."""
    names_nobody = not any(marking[1:])
    return viewer.role is Role.AUDITOR and (names_nobody or not set(viewer.hubs).isdisjoint(marking.hubs))


def _is_addressed(viewer: Viewer, marking: Marking) -> bool:
    """Say whether a marking is for somebody by what it names."""
    named = viewer.name != "" and viewer.name in marking.recipients
    works_there = viewer.organisation != "" and viewer.organisation in marking.organisations
    match marking.label:
        case Label.CLEAR:
            return True
        case Label.GREEN:
            return named or viewer.community or viewer.organisation != "" or bool(viewer.hubs)
        case Label.AMBER:
            return named or works_there or not set(viewer.hubs).isdisjoint(marking.hubs)
        case Label.AMBER_STRICT:
            return named or works_there
        case Label.RED:
            return named


def audience_of(marking: Marking) -> tuple[Viewer, ...]:
    """Return viewers who may see facts so marked, of whom each other one who may sees all that one of them sees.

    What all of them see, everybody sees to whom the marking opens anything.

    Examples
    --------
    >>> from depgraph.model import Label, Marking
    >>> audience_of(Marking())
    (Viewer(name='', organisation='', hubs=(), community=False, role=None, ceiling=<Label.CLEAR: 'tlp:clear'>),)
    >>> [viewer.told() for viewer in audience_of(Marking(Label.AMBER, hubs=("care",)))]
    ['hub care, up to tlp:amber', 'operator, up to tlp:amber', 'auditor, hub care, up to tlp:amber']

    """
    if marking.label is Label.CLEAR:
        return (Viewer(ceiling=Label.CLEAR),)
    if marking.label is Label.GREEN:
        return (Viewer(role=Role.PROCUREMENT, ceiling=Label.GREEN),)
    some = [
        *(Viewer(recipient) for recipient in marking.recipients),
        *(Viewer(organisation=organisation) for organisation in marking.organisations),
        *(Viewer(hubs=(hub,)) for hub in marking.hubs),
        Viewer(role=Role.OPERATOR),
        Viewer(role=Role.AUDITOR),
        *(Viewer(role=Role.AUDITOR, hubs=(hub,)) for hub in marking.hubs),
    ]
    lowest = (replace(viewer, ceiling=marking.label) for viewer in some)
    return tuple(viewer for viewer in lowest if may_see(viewer, marking))


def closest(markings: Iterable[Marking], members: Mapping[str, frozenset[str]] = _NOBODY_KNOWN) -> Marking:
    """Return the marking of what was made of facts so marked: the highest label, the audience that all have in common.

    A hub stands for its members. Where nobody is left it names nobody: nobody else may be given it.

    Parameters
    ----------
    markings : iterable of Marking
    members : mapping of str to frozenset of str
        The organisations that each hub looks after, as far as they are known.

    Examples
    --------
    >>> care, both = Marking(Label.AMBER, hubs=("care",)), Marking(Label.AMBER, hubs=("care", "water"))
    >>> closest([Marking(), care, both])
    Marking(label=<Label.AMBER: 'tlp:amber'>, hubs=('care',), organisations=(), recipients=())
    >>> ede = Marking(Label.AMBER, organisations=("Ede",))
    >>> closest([care, ede], {"care": frozenset({"Ede", "Delft"})}).organisations
    ('Ede',)

    """
    given = list(dict.fromkeys(markings))
    label = max((each.label for each in given), key=LABELS.index, default=Label.CLEAR)
    closed = [_addressed(each) for each in given if each.label not in _OPEN]
    if not closed:
        return Marking(label)
    shared = reduce(lambda one, other: _in_common(one, other, members), closed)
    return _addressed(shared._replace(label=label))


def _addressed(marking: Marking) -> Marking:
    """Return a marking with those alone whom its label lets see it, each once."""
    hubs = marking.hubs if marking.label is Label.AMBER else ()
    organisations = marking.organisations if marking.label is not Label.RED else ()
    return Marking(marking.label, *(tuple(sorted(set(names))) for names in (hubs, organisations, marking.recipients)))


def _in_common(one: Marking, other: Marking, members: Mapping[str, frozenset[str]]) -> Marking:
    """Return whom two markings both name; who is in a hub of one may be named by the other."""
    hubs = {*one.hubs} & {*other.hubs}

    def everyone(marking: Marking) -> set[str]:
        """Whom a marking names, or looks after in a hub that is not common to both."""
        looked_after = (members.get(hub, frozenset[str]()) for hub in marking.hubs if hub not in hubs)
        return {*marking.organisations}.union(*looked_after)

    def of_shared(marking: Marking) -> set[str]:
        return {name for name in marking.organisations if any(name in members.get(hub, ()) for hub in hubs)}

    organisations = (everyone(one) & everyone(other)) | of_shared(one) | of_shared(other)
    recipients = {*one.recipients} & {*other.recipients}
    label = max(one.label, other.label, key=LABELS.index)
    return Marking(label, tuple(sorted(hubs)), tuple(sorted(organisations)), tuple(sorted(recipients)))
