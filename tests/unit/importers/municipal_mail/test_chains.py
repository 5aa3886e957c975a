"""Which sender a looked-up record belongs to: by order, by exclusion, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importers.municipal_mail.chains import read_chains
from importers.municipal_mail.measurements import Lookup

if TYPE_CHECKING:
    from importers.municipal_mail.chains import Chains
    from importers.municipal_mail.measurements import Measurements


def chains(**resolved: str) -> Chains:
    """Return the chains of domains ``a``, ``b``...: ``a="x y / z"`` includes x and y and shows a record with z."""
    return read_chains(
        {
            f"{domain}.nl": Lookup(
                " ".join(
                    "v=spf1 " + " ".join(f"include:{host}.com" for host in record.split()) + " -all"
                    for record in written.split("/")
                ),
                (),
                0,
                f"dns#/{domain}",
            )
            for domain, written in resolved.items()
        }
    )


def behind(found: Chains) -> dict[str, set[str]]:
    return {host: set(others) for host, others in found.behind.items() if others}


def test_by_order_where_every_record_was_found() -> None:
    found = chains(a="s t / n / / m / ")
    assert behind(found) == {"s.com": {"n.com"}, "n.com": {"m.com"}}
    assert found.left == {}
    assert found.behind["s.com"] == {"n.com": "dns#/a"}


def test_what_one_municipality_shows_of_a_sender_holds_for_all() -> None:
    """B's chain is not complete, but A shows that s takes in n."""
    found = chains(a="s / n / ", b="s t / n")
    assert behind(found) == {"s.com": {"n.com"}}
    assert found.left == {}


def test_by_exclusion_the_sender_common_to_all_that_show_it() -> None:
    found = chains(a="s t / n", b="s u / n")
    assert behind(found) == {"s.com": {"n.com"}}
    assert found.left == {}


def test_two_common_senders_leave_it_with_the_municipality() -> None:
    found = chains(a="s t / n", b="s t u / n")
    assert behind(found) == {}
    assert found.left == {"a.nl": ("n.com",), "b.nl": ("n.com",)}


def test_no_common_sender_leaves_it_with_the_municipality() -> None:
    found = chains(a="s t / n", b="u w / n")
    assert behind(found) == {}
    assert found.left == {"a.nl": ("n.com",), "b.nl": ("n.com",)}


def test_a_sender_whose_record_is_known_not_to_take_it_in_is_excluded() -> None:
    """A and B share s and t; C shows that t takes in nothing."""
    found = chains(a="s t / n", b="s t u / n", c="t / ")
    assert behind(found) == {"s.com": {"n.com"}}
    assert found.left == {}


def test_hosts_of_one_supplier_are_one() -> None:
    found = chains(a="one.s t / x.n", b="two.s u / y.n")
    assert behind(found) == {"one.s.com": {"x.n.com"}, "two.s.com": {"y.n.com"}}


def test_a_record_of_the_domain_itself_that_was_not_found_leaves_doubt() -> None:
    found = read_chains(
        {"a.nl": Lookup("v=spf1 include:s.com include:_spf.a.nl v=spf1 include:n.com", (), 0, "dns#/a")}
    )
    assert behind(found) == {}
    assert found.left == {"a.nl": ("n.com",)}


def test_a_host_with_two_records_is_taken_for_neither() -> None:
    found = chains(a="s / n / ", b="s / m / ")
    assert "s.com" not in found.policies
    assert "s.com" not in found.behind


def test_the_measurement_leaves_almost_nothing_open(measured: Measurements) -> None:
    found = read_chains(measured.lookups)
    assert len(found.policies) == 870
    # By exclusion: one sender, whose own record was never found.
    assert set(found.behind) - set(found.policies) == {"aramark.eu"}
    # What is left is of a supplier that the municipality names itself.
    assert found.left == {"raeren.be": ("spfb.tmes.trendmicro.com", "spfc.tmes.trendmicro.com")}
