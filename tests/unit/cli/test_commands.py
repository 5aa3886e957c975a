"""A command is read alone: with what it needs, and as with all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from cli.commands import FILES, app_for

if TYPE_CHECKING:
    from typer.core import TyperGroup


@pytest.fixture(scope="module")
def whole() -> TyperGroup:
    return get_command(app_for())


@pytest.mark.parametrize("file", FILES)
def test_each_file_has_the_commands_that_are_said_of_it(file, whole) -> None:
    for name in FILES[file]:
        alone = get_command(app_for([name, "--json"]))
        assert set(alone.commands) == set(FILES[file])
        assert [each.opts for each in alone.commands[name].params] == [
            each.opts for each in whole.commands[name].params
        ]


def test_all_commands_are_there_where_none_is_named(whole) -> None:
    every = [name for names in FILES.values() for name in names]
    assert len(set(every)) == len(every)
    assert set(whole.commands) == set(every)
    for words in (["--help"], ["spoof"]):
        assert list(get_command(app_for(words)).commands) == list(whole.commands)
