"""What every question to a store has: the store, and through what the reader looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Query, Request

from api.callers import Caller, caller_of
from api.security.gate import viewer_in
from api.views import Views
from api.words import Day
from depgraph.usecases.keeping.status import describe_status
from depgraph.usecases.view import Lens
from depgraph.usecases.words import Evidence, RegisterScope, Resolution

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from api.views import Ask, Progress
    from depgraph.ports import Store
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.moments import Opening
    from depgraph.usecases.view import View
    from depgraph.usecases.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks use cases on behalf of one request."""

    views: Views
    lens: Lens
    caller: Caller

    @property
    def store(self) -> Store:
        """The store as whoever asks sees it."""
        return self.views.store_of(self.lens.viewer)

    def look_up(self, ask: Callable[[View], Answer[Any, object]]) -> Answer[Any, object]:
        """Return the answer to something that takes no time once the graph is open."""
        return ask(self.views.view(self.lens, self.caller))

    def search(self, ask: Callable[[Store, View], Answer[Any, object]]) -> Answer[Any, object]:
        """Return the answer to something that the store must help to find."""
        return ask(self.store, self.views.view(self.lens, self.caller))

    def compute(self, question: str, ask: Ask) -> Answer[Any, object]:
        """Return the answer to something that is worth keeping for its next page.

        `ask` is given the graph, and whom to tell how much is done, of how much.
        """
        return self.views.answer(question, self.lens, self.caller, ask)

    def compare(self, question: str, ask: Callable[[Opening, Progress], Answer[Any, object]]) -> Answer[Any, object]:
        """Return the answer to something about several graphs of the store, such as those of two dates.

        `ask` is given what opens them, or has them open already, and whom to tell how far it is.
        """
        return self.views.made(question, self.lens, self.caller, lambda still: ask(self.opened, still))

    def opened(self, _: Store, lens: Lens, /, *, imports: Collection[int] | None = None) -> View:
        """Return a graph of the store, which stays open for the next question."""
        return self.views.view(lens, self.caller, imports)

    def describe(self, question: str) -> Answer[Any, object]:
        """Return what there is to say of the store itself, which may be empty."""
        views, caller = self.views, self.caller
        return views.made(
            question,
            self.lens,
            caller,
            lambda _: describe_status(self.store, lens=self.lens, opening=lambda _, lens: views.view(lens, caller)),
        )


def views_of(request: Request) -> Views:
    """Return the open graphs of the application that serves a request."""
    views = request.app.state.views
    assert isinstance(views, Views)  # noqa: S101 - `create_app` puts them there
    return views


async def reader(
    request: Request,
    as_of: Annotated[
        Day | None,
        Query(
            alias="asOf",
            description="As of this date (ISO 8601); without it, the latest in the store.",
        ),
    ] = None,
    revision: Annotated[
        int | None, Query(ge=1, lt=2**63, description="As the store was at this revision; without it, the latest.")
    ] = None,
    min_confidence: Annotated[
        float,
        Query(alias="minConfidence", ge=0, le=1, description="Take needs of less confidence as 'maybe'."),
    ] = 0.0,
    accept: Annotated[
        Evidence,
        Query(description="Redundancy and fallbacks that are known less well may not be there."),
    ] = "stated",
    tested_since: Annotated[
        Day | None,
        Query(
            alias="testedSince",
            description="An earlier test (ISO 8601) counts as documented; with accept=tested only.",
        ),
    ] = None,
    scope: Annotated[
        RegisterScope,
        Query(
            description="Of an entity with a DORA register of its own and one of its group, which counts: its own (ind)"
            " or its group's (con)."
        ),
    ] = "ind",
    resolution: Annotated[
        Resolution,
        Query(
            description="Which parties are one: by identifiers and decisions (decided), by candidates that are likely"
            " one too (likely), or by identifiers alone (strict)."
        ),
    ] = "decided",
) -> Reader:
    """Read through what lens a request looks at the store.

    Asynchronous, so that it waits for no thread.
    """
    lens = lens_of(
        viewer_in(request.scope),
        as_of=as_of,
        revision=revision,
        min_confidence=min_confidence,
        accept=accept,
        tested_since=tested_since,
        scope=scope,
        resolution=resolution,
    )
    return Reader(views_of(request), lens, caller_of(request.scope))


def lens_of(viewer: Viewer | None, *, as_of: str | None, tested_since: str | None, **others: Any) -> Lens:
    """Return through what somebody looks at the store, who says the rest as `reader` takes it."""
    return Lens(as_of=as_of or "", tested_since=tested_since or "", viewer=viewer, **others)


Reading = Annotated[Reader, Depends(reader)]
"""Who asks the use cases for a request."""
