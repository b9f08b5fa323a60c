"""R4: shipments with one number are one order only if their recipients agree."""

from __future__ import annotations

from itertools import permutations

import attrs
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
    ("this", "other"),
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
        (("HK", "00000", "a"), ("HK", "N/A", "a")),
        ((None, "29646-1234", "a"), (None, "29646", "a")),
        (("USA", "29646", "a"), ("US", "29646", "b")),
        (("PR", "00601", "a"), ("US", "00601-1234", "b")),
        (("UK", "SW1A 1AA", "a"), ("GB", "SW1A1AA", "b")),
        (("DEU", "10115", "a"), ("DE", "D-10115", "b")),
    ],
)
def test_recipients_that_agree_are_one_order(this: Place, other: Place) -> None:
    assert form_one_order([shipment(this), shipment(other)])
    assert form_one_order([shipment(other), shipment(this)])


@pytest.mark.parametrize(
    ("this", "other"),
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
        (("MX", "29646-1234", "a"), ("MX", "29646", "a")),
        (("HK", "00000", "a"), ("HK", "00000", "b")),  # a placeholder is no code
        (("AE", "N/A", "a"), ("AE", "n/a", None)),
    ],
)
def test_recipients_that_differ_or_cannot_be_told_apart_are_not(this: Place, other: Place) -> None:
    assert not form_one_order([shipment(this), shipment(other)])
    assert not form_one_order([shipment(other), shipment(this)])


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


HOME = Address(country_code="US", postal_code="29646")


def are_one_person(here: dict[str, str], there: dict[str, str], store: str = "a") -> bool:
    pair = [
        Shipment(shipment_id="se-1", store_id="a", ship_to=attrs.evolve(HOME, **here)),
        Shipment(shipment_id="se-2", store_id=store, ship_to=attrs.evolve(HOME, **there)),
    ]
    agrees = form_one_order(pair)
    assert form_one_order(pair[::-1]) is agrees
    return agrees


NEIGHBOURS = (
    {"name": "Jane Doe", "address_line1": "12 Elm Street", "email": "jane@example.com", "phone": "555-010-1234"},
    {"name": "Max Poe", "address_line1": "48 Oak Street", "email": "max@example.com", "phone": "555-010-9999"},
)


@pytest.mark.parametrize("store", ["a", "b"])
def test_r4_a_postal_code_in_common_is_not_enough(store: str) -> None:
    assert not are_one_person(*NEIGHBOURS, store=store)


@pytest.mark.parametrize("proof", ["name", "address_line1", "email", "phone"])
def test_r4_one_of_name_e_mail_phone_and_street_in_common_is_enough(proof: str) -> None:
    here, there = NEIGHBOURS
    assert are_one_person(here, there | {proof: here[proof]})


@pytest.mark.parametrize(
    ("proof", "here", "there"),
    [
        ("name", "Jos\u00e9 Garc\u00eda", "JOSE GARCIA"),
        ("name", "J. Garc\u00eda", "Jane Garcia"),
        ("name", "S\u00f8ren \u0141ukasz", "soren kowalski"),
        ("name", "O'Neil, Pat", "Pat ONeil"),
        ("name", "Dr. Wei Li", "LI WEI"),
        ("address_line1", "12 Elm Street", "12 ELM ST."),
        ("address_line1", "Elmstra\u00dfe 12", "12, ELMSTRASSE"),
        ("address_line1", "12 5th Avenue", "12 5TH AVE"),
        ("address_line1", "0012 Elm St", "12 elm street, Apt 4"),
        ("address_line1", "Rose Cottage", "ROSE  COTTAGE"),
        ("email", "Jane@Example.com", " jane@example.COM"),
        ("phone", "+1 (555) 010-1234", "5550101234"),
        ("phone", "555.010.1234", "0101234"),
    ],
)
def test_r4_a_second_proof_is_compared_without_accents_case_and_punctuation(proof: str, here: str, there: str) -> None:
    assert are_one_person({proof: here}, {proof: there})


@pytest.mark.parametrize(
    ("proof", "here", "there"),
    [
        ("name", "J. D.", "J. Poe"),
        ("name", "Mr. Doe", "Mr. Poe"),
        ("name", "Ana de la Cruz", "Rosa de la Fuente"),
        ("address_line1", "12 Elm Street", "12 Oak Street"),
        ("address_line1", "12 Elm Street", "14 Elm Street"),
        ("address_line1", "12 Elm Street", "Elm Street"),
        ("address_line1", "12 5th Avenue", "5 12th Avenue"),
        ("email", "jane@example.com", "jane@example.org"),
        ("phone", "555-010-1234", "555-010-1235"),
        ("phone", "0000000000", "0000000000"),
        ("phone", "1234", "1234"),
    ],
)
def test_r4_what_strangers_share_proves_nothing(proof: str, here: str, there: str) -> None:
    other = "phone" if proof != "phone" else "name"
    assert not are_one_person({proof: here, other: "555-010-7777"}, {proof: there, other: "555-010-8888"})


def test_r4_no_second_proof_is_asked_for_where_one_side_has_none() -> None:
    assert are_one_person(NEIGHBOURS[0], {})
    assert are_one_person({}, {})


def test_r4_proofs_of_different_kinds_prove_nothing() -> None:
    assert not are_one_person({"name": "Jane Doe"}, {"phone": "555-010-1234"})


def test_r4_two_customers_without_a_postal_code_are_told_apart_by_the_second_proof() -> None:
    nowhere = {"country_code": "HK", "postal_code": "00000"}
    assert not are_one_person(NEIGHBOURS[0] | nowhere, NEIGHBOURS[1] | nowhere)
    assert are_one_person(NEIGHBOURS[0] | nowhere, NEIGHBOURS[0] | nowhere)
    assert not are_one_person(NEIGHBOURS[0] | nowhere, NEIGHBOURS[0] | nowhere, store="b")


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
        codes = {each.ship_to.postal_code is None for each in shipments if each.ship_to}
        assert len(codes) <= 1
        assert len({place[0] for place in chosen if place[0]}) <= 1
        assert all(form_one_order(shipments[:count]) for count in range(len(shipments)))
    else:
        assert not form_one_order([*shipments, shipment(("US", "04101", "a"))])
