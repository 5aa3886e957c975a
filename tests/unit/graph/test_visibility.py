"""Who may see what, label by label."""

from __future__ import annotations

import pytest

from depgraph.graph import Viewer, may_see
from depgraph.model import Label, Marking

NOBODY = Viewer()
VIEWERS = {
    "anonymous": NOBODY,
    "named": Viewer(name="eve"),
    "other person": Viewer(name="bob"),
    "organisation": Viewer(organisation="Ede"),
    "other organisation": Viewer(organisation="Epe"),
    "hub": Viewer(hubs=("care", "x")),
    "other hub": Viewer(hubs=("water",)),
}
MAY = {
    Label.CLEAR: set(VIEWERS),
    Label.GREEN: set(VIEWERS) - {"anonymous", "other person"},
    Label.AMBER: {"named", "organisation", "hub"},
    Label.AMBER_STRICT: {"named", "organisation"},
    Label.RED: {"named"},
}


@pytest.mark.parametrize("label", Label)
@pytest.mark.parametrize("viewer", VIEWERS)
def test_each_viewer_and_label(label: Label, viewer: str) -> None:
    marking = Marking(label, hubs=("care",), organisations=("Ede",), recipients=("eve",))
    assert may_see(VIEWERS[viewer], marking) == (viewer in MAY[label])


@pytest.mark.parametrize("label", Label)
def test_the_keeper_sees_everything(label: Label) -> None:
    assert may_see(None, Marking(label))


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_an_empty_name_is_nobody(label: Label) -> None:
    marking = Marking(label, hubs=("care",), organisations=("",), recipients=("",))
    assert not may_see(NOBODY, marking)
