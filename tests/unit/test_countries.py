"""Countries are what ISO 3166-1 assigns, and nothing else."""

from __future__ import annotations

from itertools import product
from string import ascii_uppercase

import pytest

from depgraph.countries import countries, country


def test_the_list_is_that_of_the_standard() -> None:
    """249 codes are assigned; none of those that the standard leaves to users is."""
    assert len(countries()) == 249
    assert list(countries()) == sorted(countries())
    assert all(countries().values())
    assert {"NL", "BE", "LU", "DE", "FR", "US", "GB", "GR", "NA", "TW", "PS", "SX", "BQ"} <= countries().keys()
    of_users = {"AA", "ZZ", *(f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"), *(f"X{x}" for x in ascii_uppercase)}
    assert not of_users & countries().keys()
    assert not {"UK", "EL", "EU", "UN", "SU", "YU", "AN", "CS", "XK"} & countries().keys()


@pytest.mark.parametrize("code", ["".join(pair) for pair in product("ENUX", ascii_uppercase)])
def test_a_code_is_in_the_list_or_refused(code: str) -> None:
    if code in countries():
        assert country(f" {code.lower()} ") == code
    else:
        with pytest.raises(ValueError, match=f"^'{code}' is not an ISO 3166-1 alpha-2 code"):
            country(code)
