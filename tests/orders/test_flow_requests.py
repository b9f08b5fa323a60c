"""What is asked, in which order and how often: the chain of look-ups (R2) and what follows it (R7, R9)."""

from __future__ import annotations

from typing import Any

import pytest

from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ErrorDetail,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
    OrderNotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from shipstation_aissist.orders.query import not_found
from support import wire_samples as wire
from support.flows import Account

SHIPMENT = wire.shipment(external_shipment_id="ext-1")
COMMON = {"sort_by": "created_at", "sort_dir": "desc", "page_size": "100", "page": "1"}

REFUSALS = [
    BadRequestError(status_code=400),
    PermissionDeniedError(status_code=403),
    NotFoundError(status_code=404),
    PlanUpgradeRequiredError(status_code=401),
]
FAULTS = [
    AuthenticationError(status_code=401),
    RateLimitError(status_code=429),
    InternalServerError(status_code=500),
    APIStatusError(status_code=302),
    APIConnectionError("reset"),
    APITimeoutError("slow"),
    MalformedResponseError("HTML", problems=("$",)),
]


def account(**answers: Any) -> Account:
    """An account with one shipment, found by its number, with one label."""
    return Account(
        {
            "shipments": answers.get("shipments", lambda query: shipments(query, shipment_number="A-100")),
            "shipments/se-7001": answers.get("shipment", SHIPMENT),
            "labels": answers.get("labels", wire.page("labels", [wire.label()])),
            "labels/se-8001/track": answers.get("track", wire.tracking()),
            "fulfillments": answers.get("fulfillments", wire.page("fulfillments", [])),
        }
    )


def shipments(query: dict[str, str], **found_by: str) -> Any:
    """The shipment for one filter and value only."""
    found = all(query.get(name) == value for name, value in found_by.items())
    return wire.page("shipments", [SHIPMENT] if found else [])


def looked_up(account: Account) -> list[dict[str, str]]:
    """The filters of each look-up among the shipments."""
    return [
        {name: value for name, value in query.items() if name not in COMMON}
        for path, query in account.asked
        if path == "shipments"
    ]


def test_an_order_with_one_parcel_that_is_found_by_its_number_costs_three_requests() -> None:
    asked = account()
    response = asked.track("A-100")
    assert asked.asked == [
        ("shipments", {"shipment_number": "A-100", **COMMON}),
        ("labels", {"shipment_id": "se-7001", **COMMON}),
        ("labels/se-8001/track", {}),
    ]
    assert asked.rounds == [["shipments"], ["labels"], ["labels/se-8001/track"]]
    assert (response.order_id, response.state, response.warnings) == ("A-100", "delivered", ())


@pytest.mark.parametrize("order_key", ["auto", "number"])
def test_r2_a_number_that_was_typed_with_a_sign_is_looked_up_with_and_without_it_at_once(order_key: str) -> None:
    nothing = account(shipments=wire.page("shipments", []))
    with pytest.raises(OrderNotFoundError):
        nothing.track("#A-100", order_key=order_key)
    with_external_id = [{"external_shipment_id": "#A-100"}] if order_key == "auto" else []
    assert looked_up(nothing) == [{"shipment_number": "A-100"}, {"shipment_number": "#A-100"}, *with_external_id]
    assert nothing.rounds[0] == ["shipments", "shipments"]
    assert len(nothing.asked) == len(looked_up(nothing))


def test_r2_what_both_requests_of_a_step_find_is_judged_together() -> None:
    records = {"A-100": wire.shipment(), "#A-100": wire.shipment("se-7002", "#A-100", ship_to={"postal_code": "10001"})}

    def by_number(query: dict[str, str]) -> Any:
        number = query.get("shipment_number", "")
        return wire.page("shipments", [records[number]] if number in records else [])

    with pytest.raises(AmbiguousOrderError):
        account(shipments=by_number).track("#A-100")
    assert account(shipments=by_number).track("A-100").order_number == "A-100"
    asked = account(shipments=by_number, labels=wire.page("labels", []))
    assert asked.track("#A-100", "10001").order_number == "#A-100"


def test_r2_a_refusal_of_the_request_with_the_sign_is_no_match_and_noted() -> None:
    refusal = BadRequestError(status_code=400)

    def by_number(query: dict[str, str]) -> Any:
        return refusal if query.get("shipment_number") == "#A-100" else shipments(query, shipment_number="A-100")

    asked = account(shipments=by_number)
    assert asked.track("#A-100").state == "delivered"
    assert [step.what for step in asked.steps if step.rule == "R2"] == [
        "The API refused to look for this number (BadRequestError 400): no match."
    ]


@pytest.mark.parametrize(
    ("typed", "order_key", "found_by", "matched_by"),
    [
        ("A-100", "auto", {"shipment_number": "A-100"}, "number"),
        ("Order a-100.", "auto", {"shipment_number": "a-100"}, "number"),
        ("ext-1", "auto", {"external_shipment_id": "ext-1"}, "external_id"),
        ("ext-1", "external_id", {"external_shipment_id": "ext-1"}, "external_id"),
        ("A-100", "auto", {"shipment_number": "#A-100"}, "number"),
        ("se-7001", "shipment_id", {}, "shipment_id"),
    ],
)
def test_r2_an_answer_says_what_the_id_turned_out_to_be_and_the_stores_number(
    typed: str, order_key: str, found_by: dict[str, str], matched_by: str
) -> None:
    response = account(shipments=lambda query: shipments(query, **found_by)).track(typed, order_key=order_key)
    assert (response.order_id, response.order_number, response.matched_by) == (typed, "A-100", matched_by)


@pytest.mark.parametrize(
    ("typed", "looks_like_a_parcel"),
    [
        ("9400110000000000000001", True),
        ("1Z 999 AA1 01 2345 6784", True),
        ("12345678AB", True),
        ("111-1234567-1234567", True),
        ("12345678A", False),
        ("1234567ABCDEF", False),
        ("1" * 41, False),
        ("12345678/90", False),
        ("#1234567890", False),
        ("\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660", False),
    ],
)
def test_r2_what_looks_like_a_tracking_number_is_looked_up_as_one_at_last(
    typed: str, looks_like_a_parcel: bool
) -> None:
    nothing = account(shipments=wire.page("shipments", []), labels=wire.page("labels", []))
    with pytest.raises(OrderNotFoundError):
        nothing.track(typed)
    paths = [path for path, _ in nothing.asked]
    if looks_like_a_parcel:
        assert paths == ["shipments", "shipments", "labels", "fulfillments"]
        assert nothing.asked[2][1]["tracking_number"] == typed.replace(" ", "").replace("-", "")
    else:
        assert paths == ["shipments"] * 3


@pytest.mark.parametrize(
    ("order_key", "filters"),
    [
        ("auto", [{"shipment_number": "NOPE"}, {"external_shipment_id": "NOPE"}, {"shipment_number": "#NOPE"}]),
        ("number", [{"shipment_number": "NOPE"}, {"shipment_number": "#NOPE"}]),
        ("external_id", [{"external_shipment_id": "NOPE"}]),
    ],
)
def test_an_order_that_is_not_there_costs_as_many_look_ups_as_the_key_has(
    order_key: str, filters: list[dict[str, str]]
) -> None:
    nothing = account()
    with pytest.raises(OrderNotFoundError) as caught:
        nothing.track("NOPE", order_key=order_key)
    assert looked_up(nothing) == filters
    assert len(nothing.asked) == len(filters)
    assert str(caught.value) == str(not_found())


@pytest.mark.parametrize(
    ("typed", "found_by", "look_ups"),
    [
        ("A-100", {"shipment_number": "A-100"}, 1),
        ("ext-1", {"external_shipment_id": "ext-1"}, 2),
        ("A-100", {"shipment_number": "#A-100"}, 3),
    ],
)
def test_the_chain_ends_at_the_first_step_that_matches(typed: str, found_by: dict[str, str], look_ups: int) -> None:
    found = account(shipments=lambda query: shipments(query, **found_by))
    assert found.track(typed).state == "delivered"
    assert len(looked_up(found)) == look_ups
    assert len(found.asked) == look_ups + 2


def test_records_that_a_step_returned_but_did_not_match_do_not_end_the_chain() -> None:
    strangers = wire.page("shipments", [wire.shipment("se-1", "A-1000"), wire.shipment("se-2", None)])
    ignoring = account(shipments=strangers)
    with pytest.raises(OrderNotFoundError):
        ignoring.track("A-100")
    assert len(ignoring.asked) == 3
    assert ignoring.dropped() == [("R3", "se-1"), ("R3", "se-2")] * 3


def test_the_store_is_asked_for_and_compared() -> None:
    other_store = account()
    with pytest.raises(OrderNotFoundError):
        other_store.track("A-100", store_id="se-32")
    assert [filters.get("store_id") for filters in looked_up(other_store)] == ["se-32"] * 3
    assert other_store.dropped() == [("R3", "se-7001")]
    assert account().track("A-100", store_id="se-31").state == "delivered"


def test_a_postal_code_that_does_not_match_looks_like_an_unknown_order() -> None:
    guessed, unknown = account(), account()
    for asked, order_id in ((guessed, "A-100"), (unknown, "NOPE")):
        with pytest.raises(OrderNotFoundError) as caught:
            asked.track(order_id, "99999")
        assert caught.value.args == not_found().args
    assert [sorted(filters) for filters in looked_up(guessed)] == [sorted(filters) for filters in looked_up(unknown)]
    assert guessed.dropped() == [("R5", "se-7001")]
    assert account().track("A-100", "4101").state == "delivered"


# --- one record by its own id ----------------------------------------------------------------------------------------


def test_a_shipment_id_is_looked_up_by_its_path() -> None:
    asked = account()
    assert asked.track("se-7001", order_key="shipment_id").order_id == "se-7001"
    assert asked.rounds == [["shipments/se-7001"], ["labels"], ["labels/se-8001/track"]]


BAD_ID = BadRequestError(status_code=400, errors=[ErrorDetail(error_code="invalid_identifier")])


@pytest.mark.parametrize(
    "answer", [NotFoundError(status_code=404), BAD_ID, wire.shipment("se-7002"), wire.shipment("SE-7001")]
)
def test_a_shipment_id_that_is_unknown_or_answered_by_another_record_is_not_found(answer: Any) -> None:
    asked = account(shipment=answer)
    with pytest.raises(OrderNotFoundError):
        asked.track("se-7001", order_key="shipment_id")
    assert len(asked.asked) == 1
    if isinstance(answer, dict):
        dropped = f"Shipment {answer['shipment_id']} is not the one that was asked for: dropped."
        assert [(step.rule, step.what) for step in asked.steps] == [("R3", dropped)]


@pytest.mark.parametrize("error", [*FAULTS, BadRequestError(status_code=400), PermissionDeniedError(status_code=403)])
def test_any_other_refusal_of_a_shipment_id_is_raised(error: APIError) -> None:
    with pytest.raises(type(error)) as caught:
        account(shipment=error).track("se-7001", order_key="shipment_id")
    assert caught.value is error


def test_a_shipment_id_is_compared_with_store_and_postal_code_too() -> None:
    for settings, postal_code in (({"store_id": "se-32"}, None), ({}, "99999")):
        asked = account()
        with pytest.raises(OrderNotFoundError):
            asked.track("se-7001", postal_code, order_key="shipment_id", **settings)
        assert len(asked.asked) == 1


# --- refusals and faults of the chain --------------------------------------------------------------------------------


@pytest.mark.parametrize("error", REFUSALS, ids=repr)
def test_a_refusal_of_an_optional_look_up_is_no_match_and_noted(error: APIError) -> None:
    def answer(query: dict[str, str]) -> Any:
        return wire.page("shipments", []) if query.get("shipment_number") == "A-100" else error

    refused = account(shipments=answer)
    with pytest.raises(OrderNotFoundError):
        refused.track("A-100")
    notes = [step.what for step in refused.steps if step.rule == "R2"]
    kind = f"{type(error).__name__} {getattr(error, 'status_code', '')}"
    assert notes == [
        f"The API refused to look for this external id ({kind}): no match.",
        f"The API refused to look for this number ({kind}): no match.",
    ]


@pytest.mark.parametrize("error", [*REFUSALS, *FAULTS], ids=repr)
def test_an_error_of_the_first_look_up_is_raised(error: APIError) -> None:
    for order_key in ("auto", "number", "external_id"):
        failing = account(shipments=error)
        with pytest.raises(type(error)) as caught:
            failing.track("A-100", order_key=order_key)
        assert caught.value is error
        assert len(failing.asked) == 1


@pytest.mark.parametrize("error", FAULTS, ids=repr)
@pytest.mark.parametrize("step", [2, 3])
def test_a_fault_of_an_optional_look_up_is_raised(step: int, error: APIError) -> None:
    failing = account()
    failing.answers = {"shipments": lambda _: error if len(failing.asked) == step else wire.page("shipments", [])}
    with pytest.raises(type(error)) as caught:
        failing.track("A-100")
    assert caught.value is error
    assert len(failing.asked) == step


@pytest.mark.parametrize("error", [*REFUSALS, *FAULTS], ids=repr)
def test_an_error_of_the_labels_is_raised(error: APIError) -> None:
    with pytest.raises(type(error)) as caught:
        account(labels=error).track("A-100")
    assert caught.value is error


# --- what is asked at once (R7) --------------------------------------------------------------------------------------


def test_the_labels_of_all_shipments_and_the_tracking_of_all_labels_are_asked_for_at_once() -> None:
    def labels(query: dict[str, str]) -> Any:
        shipment_id = query["shipment_id"]
        return wire.page("labels", [wire.label(f"{shipment_id}-{n}", shipment_id, f"{shipment_id}{n}") for n in (1, 2)])

    tracked = {f"labels/se-{s}-{n}/track": wire.tracking(f"se-{s}{n}") for s in (1, 2, 3) for n in (1, 2)}
    split = Account(
        {
            "shipments": wire.page("shipments", [wire.shipment(f"se-{s}") for s in (1, 2, 3)]),
            "labels": labels,
            **tracked,
        }
    )
    response = split.track("A-100")
    assert split.rounds == [["shipments"], ["labels"] * 3, list(tracked)]
    assert [parcel.label_id for parcel in response.parcels] == [
        "se-1-1",
        "se-1-2",
        "se-2-1",
        "se-2-2",
        "se-3-1",
        "se-3-2",
    ]
    assert [parcel.shipment_id for parcel in response.parcels] == ["se-1", "se-1", "se-2", "se-2", "se-3", "se-3"]


def test_all_pages_of_the_shipments_are_read() -> None:
    def pages(query: dict[str, str]) -> Any:
        number = int(query["page"])
        listed = SHIPMENT if number == 3 else wire.shipment(f"se-{number}", "other")
        return wire.page("shipments", [listed], number=number, pages=3, total=3)

    asked = account(shipments=pages)
    assert asked.track("A-100").state == "delivered"
    assert asked.rounds == [["shipments"], ["shipments", "shipments"], ["labels"], ["labels/se-8001/track"]]


def test_only_a_shipment_without_a_usable_label_has_its_fulfillments_looked_up() -> None:
    unlabelled = account(labels=wire.page("labels", []))
    assert unlabelled.track("A-100").state == "not_shipped"
    assert unlabelled.asked[-1] == ("fulfillments", {"shipment_id": "se-7001", **COMMON})
    assert unlabelled.rounds == [["shipments"], ["labels"], ["fulfillments"]]


def test_no_tracking_is_asked_for_voided_labels_beside_others_and_those_without_a_number_yet() -> None:
    labels = [
        wire.label("se-1", voided=True),
        wire.label("se-3", status="error"),
        wire.label("se-4", number=None, status="processing"),
    ]
    asked = account(labels=wire.page("labels", labels))
    assert asked.track("A-100").state == "label_created"
    assert asked.rounds == [["shipments"], ["labels"]]


def test_a_number_that_stands_for_several_orders_asks_for_nothing_more() -> None:
    two = [SHIPMENT, wire.shipment("se-7002", ship_to={"postal_code": "99999"}, store_id="se-30")]
    ambiguous = account(shipments=wire.page("shipments", two))
    with pytest.raises(AmbiguousOrderError) as caught:
        ambiguous.track("A-100")
    assert caught.value.store_ids == ("se-30", "se-31")
    assert str(caught.value) == (
        "This number stands for several orders (stores: se-30, se-31). Ask the customer for the postal code of the "
        "delivery address, or give the action a store_id."
    )
    assert len(ambiguous.asked) == 1
    assert ambiguous.dropped() == [("R4", "se-7001"), ("R4", "se-7002")]
    assert ambiguous.track("A-100", "04101").state == "delivered"


def test_where_no_store_is_known_the_ambiguity_says_so() -> None:
    two = [wire.shipment(f"se-{n}", store_id=None, ship_to={"postal_code": None}) for n in (1, 2)]
    with pytest.raises(AmbiguousOrderError, match=r"\(stores: unknown\)") as caught:
        account(shipments=wire.page("shipments", two)).track("A-100")
    assert caught.value.store_ids == ()
