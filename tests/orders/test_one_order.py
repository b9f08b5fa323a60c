"""R4: shipments with one number are one order only if their recipients agree."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.models import Address, Shipment
from shipstation_aissist.orders.recipients import form_one_order

Place = tuple[str | None, str | None, str | None]  # country, postal code, store


def shipment(place: Place) -> Shipment:
    country, code, store = place
    return Shipment(shipment_id="se-1", store_id=store, ship_to=Address(country_code=country, postal_code=code))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("US", "29646", "a"), ("US", "29646", "a")),
        (("US", "29646", "a"), ("US", "29646-1234", "b")),  # a replacement copied to another store
        (("US", "29646", "a"), ("US", "29646", None)),
        (("US", "29646", None), ("US", "29646", None)),
        (("us", "4101", "a"), ("US ", "04101", "b")),
        (("DE", "01067", "a"), ("DE", "DE-010 67", "b")),
        (("GB", "SW1A 1AA", "a"), ("GB", "sw1a1aa", "b")),
        ((None, "29646", "a"), ("US", "29646-1234", "b")),  # an unknown country agrees with any
        (("", "29646-1234", "a"), ("US", "29646", "b")),
        ((None, "01067", "a"), ("DE", "01067", "b")),
        ((None, "01067", "a"), (None, "01067", "b")),
        (("US", None, "a"), ("US", None, "a")),
        (("US", "", "a"), ("US", " ", "a")),
        ((None, None, "a"), ("US", None, "a")),
        ((None, None, "a"), (None, None, "a")),
        (("US", "none", "a"), ("US", None, "a")),  # no digits: no code
    ],
)
def test_recipients_that_agree_are_one_order(one: Place, other: Place) -> None:
    assert form_one_order([shipment(one), shipment(other)])
    assert form_one_order([shipment(other), shipment(one)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("US", "29646", "a"), ("US", "29647", "a")),
        (("US", "29646", "a"), ("DE", "29646", "a")),
        (("US", "29646", "a"), ("US", None, "a")),
        (("US", None, "a"), ("US", "29646", "a")),
        (("US", None, "a"), ("US", None, "b")),
        (("US", None, "a"), ("US", None, None)),
        (("US", None, None), ("US", None, None)),  # an unknown store is not known to be the same
        (("US", None, "a"), ("DE", None, "a")),
        ((None, None, "a"), (None, "29646", "a")),
        ((None, "4101", "a"), ("DE", "04101", "a")),
        ((None, "29646-1234", "a"), (None, "29646", "a")),
    ],
)
def test_recipients_that_differ_or_cannot_be_told_apart_are_not(one: Place, other: Place) -> None:
    assert not form_one_order([shipment(one), shipment(other)])
    assert not form_one_order([shipment(other), shipment(one)])


def test_shipments_without_an_address_agree_within_one_store_only() -> None:
    here, there = (Shipment(shipment_id="se-1", store_id=store) for store in ("a", "b"))
    assert form_one_order([here, here])
    assert not form_one_order([here, there])
    assert form_one_order([here, shipment((None, None, "a"))])
    assert not form_one_order([here, shipment(("US", "29646", "a"))])


@pytest.mark.parametrize(
    "places",
    [
        [("US", "29646", "a"), (None, "29646", "b"), ("DE", "29646", "c")],  # the one in the middle agrees with both
        [("US", "4101", "a"), ("US", "04101", "b"), ("US", "04102", "c")],
    ],
)
def test_each_pair_must_agree_in_whatever_order_they_come(places: list[Place]) -> None:
    for order in permutations(places):
        assert not form_one_order([shipment(place) for place in order])


def test_none_and_one_shipment_are_one_order() -> None:
    assert form_one_order([])
    assert form_one_order([shipment((None, None, None))])


places = st.tuples(
    st.sampled_from([None, "US", "DE"]),
    st.sampled_from([None, "04101", "4101", "01067"]),
    st.sampled_from([None, "a", "b"]),
)


@given(st.lists(places, max_size=4))
def test_whoever_is_added_to_strangers_makes_them_no_order(chosen: list[Place]) -> None:
    shipments = [shipment(place) for place in chosen]
    if form_one_order(shipments):
        codes = {one.ship_to.postal_code is None for one in shipments if one.ship_to}
        assert len(codes) <= 1
        assert len({place[0] for place in chosen if place[0]}) <= 1
        assert all(form_one_order(shipments[:count]) for count in range(len(shipments)))
    else:
        assert not form_one_order([*shipments, shipment(("US", "04101", "a"))])
