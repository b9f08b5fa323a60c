"""Whatever an account holds and whatever a server returns beyond it, nobody sees a stranger's record (R3, R4, R5)."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import attrs
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from shipstation_aissist import AmbiguousOrderError, OrderNotFoundError, ShipStationError, TrackOrderResponse
from support.flows import Account
from support.scenarios.worlds import Question, World, are_one, cases

at_random = settings(
    max_examples=max(300, settings().max_examples),  # one world in ten would betray a rule that is broken
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no fault
)
wrong_checks = st.sampled_from([("99999", None), (None, "sam@example.com"), ("29646", "sam@example.com")])


def owners_named_in(text: str) -> set[str]:
    return set(re.findall(r"owner (se-\d+|nobody)", text))


def ask(account: Account, question: Question) -> TrackOrderResponse | ShipStationError:
    try:
        return account.track(
            question.order_id,
            question.postal_code,
            email=question.email,
            order_key=question.order_key,
            store_id=question.store,
        )
    except ShipStationError as error:
        return error


@at_random
@given(cases())
def test_an_answer_names_nobody_but_those_who_were_asked_for(case: tuple[Question, World]) -> None:
    question, world = case
    meant = {owner.shipment_id: owner for owner in world.owners if question.is_about(owner)}
    outcome = ask(world.account(), question)
    event(type(outcome).__name__)
    if isinstance(outcome, TrackOrderResponse):
        named = owners_named_in(outcome.to_json("full") + outcome.summary() + repr(outcome))
        event(f"{len(named)} owners named")
        assert named <= meant.keys()
        of_parcels = {parcel.shipment_id for parcel in outcome.parcels}
        of_items = owners_named_in(" ".join(str(item.name) for item in outcome.items_not_shipped))
        assert named == of_parcels | of_items
        assert all(are_one(meant[this], meant[other]) for this, other in combinations(sorted(named), 2))
    else:
        assert not owners_named_in(str(outcome))


@at_random
@given(cases())
def test_an_order_that_is_there_is_found_or_ambiguous_and_another_one_is_not_found(
    case: tuple[Question, World],
) -> None:
    question, world = case
    meant = [owner for owner in world.owners if question.is_about(owner)]
    outcome = ask(world.account(), question)
    if world.mistaken and question.order_key == "shipment_id":
        assert isinstance(outcome, OrderNotFoundError | TrackOrderResponse)
    elif not meant:
        assert isinstance(outcome, OrderNotFoundError)
    elif all(are_one(this, other) for this, other in combinations(meant, 2)):
        assert isinstance(outcome, TrackOrderResponse)
    else:  # some of them may have been cancelled, or have been found before the others
        assert isinstance(outcome, TrackOrderResponse | AmbiguousOrderError)
        stores = set(outcome.store_ids) if isinstance(outcome, AmbiguousOrderError) else set()
        assert stores <= {owner.store for owner in meant}


@at_random
@given(cases(), wrong_checks)
def test_a_wrong_check_and_an_order_that_does_not_exist_cannot_be_told_apart(
    case: tuple[Question, World], check: tuple[str | None, str | None]
) -> None:
    """R5: the same class, message, chain and requests, whatever the account holds and the server returns beyond it."""
    question, world = case
    guess = attrs.evolve(question, postal_code=check[0], email=check[1])
    empty = attrs.evolve(world, owners=[], labels=[], fulfillments=[], replies={}, beyond=set())

    def refusal(account: Account) -> tuple[Any, ...]:
        outcome = ask(account, guess)
        assert isinstance(outcome, OrderNotFoundError)
        return type(outcome), str(outcome), outcome.__cause__, outcome.__context__, account.asked

    event(f"{sum(question.is_about(owner) for owner in world.owners)} shipments to guess")
    assert refusal(world.account()) == refusal(empty.account())
