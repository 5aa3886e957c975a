"""The shipped measurement of municipalities, read once."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from depgraph.ports import Given
from importers.municipal_mail.measurements import Measurements, read_measurements


@pytest.fixture(scope="session")
def measured() -> Measurements:
    return read_measurements(Given((Path(str(resources.files("data_samples") / "municipal-mail")),)))
