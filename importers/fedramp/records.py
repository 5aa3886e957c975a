"""The records of the marketplace that matter here: products, agencies, and who uses what."""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """The id of a product in a list of another record."""

    key: str
    record: str


class Product(NamedTuple):
    """One cloud service offering; `consumers` are the products that build on it.

    All but its key is empty where the marketplace does not state it; `models` are those of `MODELS`.
    """

    key: str
    provider: str
    name: str
    status: str
    impact_level: str
    deployment_model: str
    models: tuple[str, ...]
    functions: tuple[str, ...]
    consumers: tuple[Listed, ...]
    record: str


class Agency(NamedTuple):
    """One agency (`sub` is empty) or sub-agency; `uses` are the products listed with it."""

    key: str
    parent: str
    sub: str
    uses: tuple[Listed, ...]
    record: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.sub or self.parent

    @property
    def path(self) -> str:
        """What its id is made of: a sub-agency stands under its agency, since its name alone may not be unique."""
        return f"{self.parent}/{self.sub}" if self.sub else self.parent


class Use(NamedTuple):
    """An agency uses a product, according to one record."""

    agency: Agency
    product: Product
    record: str
