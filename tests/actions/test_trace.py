"""The debugger: the trace tells everything that happened, and never raises for the API or the order."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from shipstation_aissist import (
    AmbiguousOrderError,
    APITimeoutError,
    AuthenticationError,
    InvalidOrderIdError,
    InvalidRecipientCheckError,
    MalformedResponseError,
    OrderNotFoundError,
    TraceStep,
    TrackOrderAction,
)
from shipstation_aissist.actions.trace import ActionTrace
from shipstation_aissist.testing import FakeShipment, FakeShipStation, sandbox


def debugged(fake: FakeShipStation, order_id: str, **settings: Any) -> ActionTrace:
    return TrackOrderAction(fake.client(), **settings).debug(order_id)


def dropped(trace: ActionTrace) -> set[tuple[str | None, str | None]]:
    return {
        (step.record_id, step.rule)
        for step in trace.steps
        if step.kind == "decision" and step.record_id and step.rule in ("R3", "R4", "R5", "R6")
    }


# --- what it tells ---------------------------------------------------------------------------------------------------


def test_the_trace_holds_the_same_answer_as_run_and_the_same_steps_as_the_listener_and_the_log_get(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fake = sandbox()
    heard: list[TraceStep] = []
    caplog.set_level(logging.DEBUG, logger="shipstation_aissist")
    trace = TrackOrderAction(fake.client(on_event=heard.append)).debug("12349")
    assert trace.response == TrackOrderAction(fake.client()).run("12349")
    assert trace.error is None
    assert trace.order_id == "12349"
    assert list(trace.steps) == heard
    assert len([each for each in caplog.records if "labels" in each.message]) >= 4


def test_every_request_is_told_with_its_path_and_status_and_none_is_invented() -> None:
    fake = sandbox()
    trace = debugged(fake, "12349")
    told = [step for step in trace.steps if step.kind == "request"]
    asked = [f"GET {call.path.removeprefix('/v2/')}" for call in fake.calls]
    assert sorted(step.what.partition("?")[0] for step in told) == sorted(asked)
    assert {step.status for step in told} == {200}


def test_a_retry_and_its_wait_are_told_with_their_seconds() -> None:
    fake = sandbox()
    fake.fail_next(429, retry_after=3)
    trace = debugged(fake, "12345")
    first, wait, second = trace.steps[:3]
    assert (first.kind, first.status, first.attempt) == ("request", 429, 1)
    assert (wait.kind, wait.seconds) == ("wait", 3.0)
    assert (second.kind, second.status, second.attempt) == ("request", 200, 2)
    assert trace.elapsed >= 3
    assert "trying again in 3.00 s" in str(trace)


def test_the_parcel_that_is_shown_is_told_with_the_reason() -> None:
    trace = debugged(sandbox(), "12349")
    assert trace.response is not None
    assert trace.response.tracking is not None
    (choice,) = [step for step in trace.steps if step.rule == "R11"]
    assert choice.record_id == trace.response.tracking.label_id
    assert choice.what in str(trace)


@pytest.mark.parametrize(
    ("order_id", "reason"),
    [
        ("12345", "The parcel that is shown is the only one on its way to the customer."),
        ("12348", "No parcel is shown: nothing of this order is on its way."),
    ],
)
def test_where_there_was_nothing_to_choose_the_report_says_so(order_id: str, reason: str) -> None:
    trace = debugged(sandbox(), order_id)
    assert reason in str(trace)
    assert reason in trace.to_html()


def test_what_came_back_is_told_record_by_record() -> None:
    fake = sandbox()
    fake.shipment_number_match = "prefix"
    fake.add_order("123450")
    trace = debugged(fake, "12345")
    expected = [
        ("shipment", each.shipment_id) for each in fake.shipments if (each.shipment_number or "")[:5] == "12345"
    ]
    label = fake.order("12345").shipments[0].labels[0].label_id
    assert sorted((each.kind, each.record_id) for each in trace.records) == sorted(
        [*expected, ("label", label), ("tracking", label)]
    )
    for each in trace.records:
        assert f"{each.kind} {each.record_id}: " in str(trace)


# --- what the rules drop, against the fake's full contents -----------------------------------------------------------


def crowded() -> FakeShipStation:
    """An account with everything that R3 to R6 drop, beside the one order that is asked for."""
    fake = FakeShipStation()
    fake.add_order("77", store_id="se-1", shipments=3)
    kept, reprinted, cancelled = fake.order("77").shipments
    fake.buy_label(kept)
    fake.add_return_label(kept)
    fake.buy_label(kept, error=True)
    fake.buy_label(reprinted)
    fake.reprint(reprinted)
    fake.cancel(cancelled)
    fake.add_order("777", store_id="se-1")
    fake.buy_label("777")
    fake.add_order("78", store_id="se-1", postal_code="10001")
    fake.mark_shipped("78")
    return fake


def orders_labels(shipments: list[FakeShipment]) -> Iterator[tuple[str, str]]:
    """What R6 drops of an order."""
    for shipment in shipments:
        if shipment.cancelled:
            yield shipment.shipment_id, "R6"
        for label in shipment.labels:
            if label.voided_at or label.is_return or label.status == "error":
                yield label.label_id, "R6"


@pytest.mark.parametrize("ignore_filters", [False, True])
def test_every_record_that_r3_and_r6_drop_is_told_with_its_id_and_rule(ignore_filters: bool) -> None:
    fake = crowded()
    fake.ignore_filters = ignore_filters
    fake.shipment_number_match = "substring"
    trace = debugged(fake, "77")
    order = fake.order("77").shipments
    strangers = [each for each in fake.shipments if each not in order and (ignore_filters or "77" in each.order.number)]
    expected = {(each.shipment_id, "R3") for each in strangers} | set(orders_labels(order))
    if ignore_filters:
        expected |= {(label.label_id, "R3") for label in fake.labels}  # each is a stranger to some shipment
    assert dropped(trace) == expected
    assert len(expected) >= 5
    for record_id, rule in expected:
        assert any(record_id in line and rule in line for line in str(trace).splitlines())


def test_a_fulfillment_of_a_stranger_is_told_with_its_id_and_rule() -> None:
    fake = crowded()
    fake.add_order("90")
    fake.ignore_filters = True
    trace = debugged(fake, "90")
    strangers = {(each.fulfillment_id, "R3") for each in fake.fulfillments}
    assert strangers
    assert strangers <= dropped(trace)
    assert trace.response is not None
    assert trace.response.tracking is None


def test_every_shipment_of_another_store_is_told_with_its_id_and_rule() -> None:
    fake = FakeShipStation()
    fake.add_order("77", store_id="se-1")
    other = fake.add_order("77", store_id="se-2", postal_code="10001")
    fake.rewrite(lambda body: {**body, "shipments": [*body["shipments"]]}, path="/shipments")
    fake.ignore_filters = True
    assert dropped(debugged(fake, "77", store_id="se-1")) == {(other.shipments[0].shipment_id, "R3")}


def test_every_shipment_that_the_postal_code_drops_is_told_with_its_id_and_rule() -> None:
    fake = FakeShipStation()
    fake.add_order("77", postal_code="29646")
    elsewhere = fake.add_order("77", postal_code="10001", shipments=2)
    trace = TrackOrderAction(fake.client()).debug("77", postal_code="29646")
    assert dropped(trace) == {(each.shipment_id, "R5") for each in elsewhere.shipments}


def test_every_shipment_of_an_ambiguous_number_is_told_with_its_id_and_rule() -> None:
    fake = FakeShipStation()
    orders = [fake.add_order("77", postal_code="29646"), fake.add_order("77", postal_code="10001", store_id="se-2")]
    trace = debugged(fake, "77")
    assert isinstance(trace.error, AmbiguousOrderError)
    assert dropped(trace) == {(each.shipment_id, "R4") for order in orders for each in order.shipments}


def test_a_tracking_reply_of_a_stranger_is_told_with_its_label_and_rule() -> None:
    fake = FakeShipStation()
    fake.add_order("77")
    label = fake.buy_label("77", tracking_extra={"tracking_number": "9400100000000000000000"})
    assert dropped(debugged(fake, "77")) == {(label.label_id, "R3")}


# --- errors are told, not raised -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order_id", ["", "1" * 51, "12\x0045", None, 12345, b"12345", pytest.param(10**5000, id="huge")]
)
def test_an_id_that_cannot_be_one_is_told_and_nothing_is_sent(order_id: Any) -> None:
    fake = FakeShipStation()
    trace = debugged(fake, order_id)
    assert isinstance(trace.error, InvalidOrderIdError)
    assert trace.response is None
    assert trace.steps == ()
    assert fake.calls == []
    assert json.dumps(trace.to_dict())
    assert "Nothing was sent." in str(trace)
    assert "Nothing was sent." in trace.to_html()


def test_an_order_that_is_not_found_is_told_with_the_three_requests_that_it_took() -> None:
    trace = debugged(sandbox(), "99999")
    assert isinstance(trace.error, OrderNotFoundError)
    assert [step.kind for step in trace.steps].count("request") == 3


@pytest.mark.parametrize(
    ("fault", "times", "error"),
    [(401, 1, AuthenticationError), ("timeout", 9, APITimeoutError), ("malformed", 1, MalformedResponseError)],
)
def test_an_error_of_the_api_is_told_with_its_code(fault: Any, times: int, error: type[Exception]) -> None:
    fake = sandbox()
    fake.fail_next(fault, times)
    trace = debugged(fake, "12345")
    assert isinstance(trace.error, error)
    assert trace.error.__traceback__ is None
    assert trace.to_dict()["error"]["type"] == error.__name__
    assert trace.to_dict()["error"]["message"] in str(trace)
    assert trace.to_dict()["response"] is None


def test_a_closed_client_is_told_too() -> None:
    client = sandbox().client()
    client.close()
    assert type(TrackOrderAction(client).debug("12345").error).__name__ == "ClientClosedError"


@pytest.mark.parametrize("check", [{"postal_code": " "}, {"postal_code": "-"}, {"email": "jo"}, {"email": 5}])
def test_a_recipient_check_that_is_none_is_told_and_nothing_is_sent(check: Any) -> None:
    fake = sandbox()
    trace = TrackOrderAction(fake.client()).debug("12345", **check)
    assert isinstance(trace.error, InvalidRecipientCheckError)
    assert (trace.order_id, trace.response, trace.steps, fake.calls) == ("12345", None, (), [])
    assert trace.to_dict()["error"]["code"] == "invalid_arguments"


def test_a_fault_of_the_resolver_propagates() -> None:
    def resolve(_: str) -> str | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        debugged(sandbox(), "12345", resolve_order_id=resolve)


# --- as data ---------------------------------------------------------------------------------------------------------

STEP_KEYS = [
    "kind",
    "endpoint",
    "what",
    "rule",
    "record_id",
    "attempt",
    "status",
    "seconds",
    "request_id",
    "error",
    "error_codes",
    "warning",
]


@pytest.mark.parametrize("order_id", ["12345", "12349", "12350", "12352", "99999", ""])
def test_the_dict_of_a_trace_has_always_the_same_keys_and_is_json(order_id: str) -> None:
    printed = debugged(sandbox(), order_id).to_dict()
    assert list(printed) == ["order_id", "elapsed", "steps", "records", "response", "error"]
    assert all(list(step) == STEP_KEYS for step in printed["steps"])
    assert all(list(each) == ["kind", "record_id", "what"] for each in printed["records"])
    assert printed["error"] is None or list(printed["error"]) == ["type", "code", "message"]
    assert (printed["response"] is None) != (printed["error"] is None)
    assert json.loads(json.dumps(printed)) == printed


def test_the_same_look_up_has_the_same_dict() -> None:
    def printed() -> dict[str, Any]:
        trace = debugged(sandbox(), "12345").to_dict()
        assert trace.pop("elapsed") >= 0
        for step in trace["steps"]:
            step.pop("seconds")
        return trace

    assert printed() == printed()


def test_a_trace_can_be_pickled_and_compared() -> None:
    trace = debugged(sandbox(), "12349")
    assert pickle.loads(pickle.dumps(trace)) == trace


def test_a_failed_trace_can_be_pickled() -> None:
    trace = debugged(sandbox(), "99999")
    assert str(pickle.loads(pickle.dumps(trace)).error) == str(trace.error)


def test_the_key_is_in_no_view_of_a_trace() -> None:
    fake = sandbox(api_key="the-key-that-nobody-may-see")
    trace = debugged(fake, "12345")
    views = [
        str(trace),
        repr(trace),
        trace.to_html(reveal=True),
        trace.to_text(reveal=True),
        json.dumps(trace.to_dict()),
    ]
    assert all("the-key-that" not in view for view in views)
    assert b"the-key-that" not in pickle.dumps(trace)
