"""From what a notification names back to its whole order, without I/O."""

from __future__ import annotations

from typing import Any

import pytest

from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    OrderNotFoundError,
    RateLimitError,
)
from shipstation_aissist.orders.notification import track_notification
from shipstation_aissist.orders.query import LookupSettings, not_found
from shipstation_aissist.orders.response import TrackOrderResponse
from support import wire_samples as wire
from support.flows import NOW, Account

NUMBER = "9400110000000000000001"
COMMON = {"sort_by": "created_at", "sort_dir": "desc", "page_size": "100", "page": "1"}


def account(**answers: Any) -> Account:
    """An account whose order A-100 has one shipment with one delivered label."""
    return Account(
        {
            "labels/se-8001": answers.get("label", wire.label()),
            "labels": answers.get("labels", wire.page("labels", [wire.label()])),
            "shipments/se-7001": answers.get("shipment", wire.shipment()),
            "shipments": answers.get("shipments", wire.page("shipments", [wire.shipment()])),
            "labels/se-8001/track": wire.tracking(),
            "labels/se-8002/track": wire.tracking("22"),
            "fulfillments": wire.page("fulfillments", []),
        }
    )


def lead_back(
    asked: Account, label_id: str | None = "se-8001", number: str | None = None, store: str | None = None
) -> TrackOrderResponse:
    settings = LookupSettings(order_key="external_id", store_id=store)
    return asked.run(track_notification(label_id, number, settings, asked.steps.append, NOW))


def test_a_label_leads_to_its_shipment_and_that_to_all_shipments_of_its_number() -> None:
    asked = account()
    response = lead_back(asked, number="not looked at")
    assert (response.order_id, response.state, response.warnings) == ("A-100", "delivered", ())
    assert asked.rounds == [
        ["labels/se-8001"],
        ["shipments/se-7001"],
        ["shipments"],
        ["labels"],
        ["labels/se-8001/track"],
    ]
    assert asked.asked[2] == ("shipments", {"shipment_number": "A-100", **COMMON})


def test_a_split_order_is_answered_whole() -> None:
    both = wire.page("shipments", [wire.shipment(), wire.shipment("se-7002")])
    labels = {"se-7001": wire.label(), "se-7002": wire.label("se-8002", "se-7002", "22")}
    asked = account(shipments=both, labels=lambda query: wire.page("labels", [labels[query["shipment_id"]]]))
    assert [parcel.label_id for parcel in lead_back(asked).parcels] == ["se-8001", "se-8002"]


def test_an_order_number_that_lists_nothing_still_answers_the_labels_own_shipment() -> None:
    others = wire.page("shipments", [wire.shipment("se-7009", "B-1")])
    asked = account(shipments=others)
    assert [parcel.label_id for parcel in lead_back(asked).parcels] == ["se-8001"]
    assert [query.get("shipment_number") for path, query in asked.asked if path == "shipments"] == ["A-100", "#A-100"]


def test_a_shipment_that_the_list_left_out_comes_first() -> None:
    asked = account(
        shipments=wire.page("shipments", [wire.shipment("se-7002")]),
        labels=lambda query: wire.page("labels", [wire.label()] if query["shipment_id"] == "se-7001" else []),
    )
    response = lead_back(asked)
    assert response.state == "partially_delivered"
    assert [query["shipment_id"] for path, query in asked.asked if path == "labels"] == ["se-7001", "se-7002"]


@pytest.mark.parametrize("number", [None, "", " # ", "\x07"])
def test_a_shipment_without_a_usable_number_is_answered_alone_with_a_warning(number: str | None) -> None:
    asked = account(shipment=wire.shipment(number=number))
    response = lead_back(asked)
    assert (response.order_id, response.state) == ("se-7001", "delivered")
    assert response.warnings == ("Shipment se-7001 has no order number: other parcels of its order are not shown.",)
    assert asked.rounds == [["labels/se-8001"], ["shipments/se-7001"], ["labels"], ["labels/se-8001/track"]]
    assert (asked.steps[0].rule, asked.steps[0].record_id, asked.steps[0].warning) == ("R3", "se-7001", True)


def test_a_number_that_several_customers_have_is_ambiguous_here_too() -> None:
    strangers = [wire.shipment(), wire.shipment("se-7002", ship_to={"postal_code": "99999"})]
    with pytest.raises(AmbiguousOrderError):
        lead_back(account(shipments=wire.page("shipments", strangers)))


@pytest.mark.parametrize("number", ["A-100", None])
def test_the_age_of_labels_counts_from_the_given_time(number: str | None) -> None:
    old = wire.label("se-8002", number="22", created_at="2026-02-20T00:00:00Z")
    asked = account(shipment=wire.shipment(number=number), labels=wire.page("labels", [wire.label(), old]))
    asked.answers = {
        **asked.answers,
        "labels/se-8002/track": wire.tracking("22", status_code="NY", status_detail_code=""),
    }
    assert lead_back(asked).state == "delivered"


# --- by the tracking number ------------------------------------------------------------------------------------------


def test_without_a_label_the_number_is_looked_up_among_the_labels() -> None:
    asked = account()
    assert lead_back(asked, None, NUMBER).order_id == "A-100"
    assert asked.asked[0] == (
        "labels",
        {"tracking_number": NUMBER, **COMMON},
    )


def test_labels_with_another_number_are_dropped_and_a_live_label_goes_before_a_voided_one() -> None:
    voided = wire.label("se-8003", "se-7009", voided=True)
    found = [wire.label("se-8009", "se-7009", "other"), voided, wire.label(), wire.label("se-8004", "se-7009")]
    pages = {"tracking_number": found, "shipment_id": [wire.label()]}
    asked = account(labels=lambda query: wire.page("labels", next(pages[name] for name in pages if name in query)))
    assert lead_back(asked, None, "9400 1100 0000 0000 0000 01").state == "delivered"
    assert asked.rounds[1] == ["shipments/se-7001"]
    assert asked.steps[0].what == "Label se-8009 has another number: dropped."
    assert asked.dropped()[0] == ("R3", "se-8009")


def test_a_number_that_only_a_voided_label_has_leads_to_that_labels_order() -> None:
    voided = wire.page("labels", [wire.label(voided=True), wire.label("se-8005", "se-7009", voided=True)])
    asked = account(
        labels=lambda query: voided if "tracking_number" in query else wire.page("labels", [wire.label(voided=True)])
    )
    asked.answers = {**asked.answers, "labels/se-8001/track": NotFoundError(status_code=404)}
    response = lead_back(asked, None, NUMBER)
    assert (response.state, response.warnings) == ("not_shipped", ("Every label of this order was voided.",))


# --- what leads nowhere ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label_id", "number", "answers", "requests"),
    [
        ("se-8001", None, {"label": NotFoundError(status_code=404)}, 1),
        ("se-8001", None, {"label": wire.label("se-8002")}, 1),
        ("se-8001", None, {"label": wire.label(shipment_id=None)}, 1),
        ("se-8001", None, {"label": wire.label(shipment_id="..")}, 1),
        (None, NUMBER, {"labels": wire.page("labels", [])}, 1),
        (None, NUMBER, {"labels": wire.page("labels", [wire.label(number="other")])}, 1),
        ("se-8001", None, {"shipment": NotFoundError(status_code=404)}, 2),
        ("se-8001", None, {"shipment": wire.shipment("se-7002")}, 2),
    ],
)
def test_an_event_that_names_nothing_that_is_there_is_not_found(
    label_id: str | None, number: str | None, answers: dict[str, Any], requests: int
) -> None:
    asked = account(**answers)
    with pytest.raises(OrderNotFoundError) as caught:
        lead_back(asked, label_id, number)
    assert str(caught.value) == str(not_found())
    assert len(asked.asked) == requests


def test_an_event_that_names_no_label_is_told_so_and_nothing_is_asked() -> None:
    asked = account()
    with pytest.raises(OrderNotFoundError, match="names no label"):
        lead_back(asked, None, None)
    assert asked.asked == []


def test_another_label_or_shipment_than_was_asked_for_is_said() -> None:
    by_label, by_shipment = account(label=wire.label("se-8002")), account(shipment=wire.shipment("se-7002"))
    for asked in (by_label, by_shipment):
        with pytest.raises(OrderNotFoundError):
            lead_back(asked)
    assert [step.what for step in by_label.steps] == ["Label se-8002 is not the one that was asked for: dropped."]
    assert [step.what for step in by_shipment.steps] == ["Shipment se-7002 is not the one that was asked for: dropped."]
    assert (by_label.dropped(), by_shipment.dropped()) == ([("R3", "se-8002")], [("R3", "se-7002")])


def test_a_shipment_of_another_store_than_the_actions_is_not_found() -> None:
    with pytest.raises(OrderNotFoundError):
        lead_back(account(), store="se-32")
    asked = account()
    assert lead_back(asked, store="se-31").state == "delivered"
    assert asked.asked[2][1]["store_id"] == "se-31"


@pytest.mark.parametrize(
    "error", [RateLimitError(status_code=429), InternalServerError(status_code=500), BadRequestError(status_code=400)]
)
@pytest.mark.parametrize("where", ["label", "shipment", "shipments", "labels"])
def test_an_error_on_the_way_is_raised(where: str, error: APIError) -> None:
    with pytest.raises(type(error)) as caught:
        lead_back(account(**{where: error}))
    assert caught.value is error


def test_an_error_of_the_look_up_by_number_is_raised() -> None:
    error = NotFoundError(status_code=404)
    with pytest.raises(NotFoundError) as caught:
        lead_back(account(labels=error), None, NUMBER)
    assert caught.value is error
