"""`Settings`: what the environment says, all names with the prefix ``DEPGRAPH_``."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - pydantic reads the annotations
from typing import Any, Final

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_PREFIX: Final = "DEPGRAPH_"


def default_store() -> str:
    """Return the path of the one file in the user's data folder."""
    return str(user_data_path("depgraph", appauthor=False) / "depgraph.sqlite")


class Settings(BaseModel):
    """Where the store is, and who we are there; values are never shown in errors.

    What is not given is read from the environment: by a line of ours, since pydantic-settings takes a tenth
    of a second to import, which every command would wait for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    store: str = Field(
        default_factory=default_store,
        description="path of a file, or a neo4j://, neo4j+s://, bolt:// or bolt+s:// address without credentials",
    )
    cache: str = Field(
        default="",
        description="folder for assembled graphs, or 'off'; without one they are kept beside the file of the store,"
        " or in the user's cache folder",
    )
    access: str = Field(
        default="",
        description="folder for access keys and the audit log; without one it is beside the file of the store,"
        " or in the user's data folder",
    )
    scheduler: str = Field(
        default="",
        description="address of a Dask scheduler whose workers work out what comes in blocks, such as"
        " tls://scheduler.example.org:8786; without one the threads of this machine do",
    )
    neo4j_user: str = Field(default="neo4j", description="user of the Neo4j server")
    neo4j_password: SecretStr | None = Field(
        default=None, description="password of that user; without one the server is asked without authentication"
    )
    neo4j_password_file: Path | None = Field(
        default=None, description="file that holds the password, in place of neo4j_password"
    )
    neo4j_database: str = Field(default="neo4j", description="database of the Neo4j server")

    @model_validator(mode="before")
    @classmethod
    def _from_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        said = {name: os.environ.get(_PREFIX + name.upper()) for name in cls.model_fields}
        return {name: value for name, value in said.items() if value is not None} | given
