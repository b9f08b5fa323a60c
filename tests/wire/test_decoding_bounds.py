"""A reply of 10 MiB must not take longer to read than a call may (T1, T7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shipstation_aissist.errors import APITimeoutError, MalformedResponseError
from shipstation_aissist.wire.decoding import Decoded, decode
from shipstation_aissist.wire.reading import OutOfTimeError
from shipstation_aissist.wire.replies import Reply, read
from shipstation_aissist.wire.requests import ANY_JSON, LABELS, TRACKING, list_labels, track_label
from support import wire_samples as wire


def after(looks: int) -> Callable[[], bool]:
    """A deadline that is over at the given look at the clock."""
    seen: list[None] = []

    def is_over() -> bool:
        seen.append(None)
        return len(seen) >= looks

    return is_over


def test_a_list_of_ten_thousand_is_read_and_one_more_is_refused_by_its_path() -> None:
    ten_thousand = b'{"status_code": "DE", "events": [' + b"{}," * 9_999 + b"{}]}"
    assert len(decode(ten_thousand, TRACKING).value.events) == 10_000
    with pytest.raises(MalformedResponseError) as refused:
        decode(ten_thousand.replace(b"[", b"[{},"), TRACKING)
    assert refused.value.problems == ("$.events",)


def test_a_page_of_more_than_ten_thousand_items_is_refused_by_its_path() -> None:
    with pytest.raises(MalformedResponseError) as refused:
        decode(b'{"labels": [' + b"1," * 10_000 + b"1]}", LABELS)
    assert refused.value.problems == ("$.labels",)


def test_a_hundred_thousand_records_are_the_most_of_a_model_and_any_json_may_hold_more() -> None:
    body = b'{"labels": [' + b"{}," * 100_000 + b"{}]}"
    with pytest.raises(MalformedResponseError, match="ask for smaller pages") as refused:
        decode(body, LABELS)
    assert refused.value.problems == ("$",)
    assert isinstance(decode(body, ANY_JSON), Decoded)


def test_a_hundred_faults_are_named_and_no_more() -> None:
    items = b",".join(b'{"label_id": 7}' for _ in range(101))
    with pytest.raises(MalformedResponseError) as refused:
        decode(b'{"labels": [' + items + b"]}", LABELS)
    assert refused.value.problems == tuple(f"$.labels[{index}].label_id" for index in range(100))


def test_a_wrong_value_behind_a_hundred_unreadable_is_still_refused_and_alone_named() -> None:
    items = [b'{"label_id": "se-%d", "created_at": "soon"}' % number for number in range(150)]
    with pytest.raises(MalformedResponseError) as refused:
        decode(b'{"labels": [' + b",".join([*items, b'{"label_id": 7}']) + b"]}", LABELS)
    assert refused.value.problems == ("$.labels[150].label_id",)
    assert len(decode(b'{"labels": [' + b",".join(items) + b"]}", LABELS).unreadable) == 100


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(wire.tracking(events=[wire.event("Sep 25, 2025 at noon")] * 1_000)).encode(),
        json.dumps(wire.tracking(events=[wire.event("soon")] * 1_000)).encode(),
        json.dumps(wire.tracking(events=[wire.event(status_code=5)] * 1_000)).encode(),
        json.dumps(wire.tracking(events=[7] * 1_000)).encode(),
    ],
    ids=["odd dates", "no dates", "wrong types", "no objects"],
)
def test_reading_what_is_odd_a_thousand_times_ends_when_the_time_is_over(body: bytes) -> None:
    """T1."""
    with pytest.raises(OutOfTimeError):
        decode(body, TRACKING, is_over=after(100))


def test_reading_a_long_page_ends_when_the_time_is_over() -> None:
    with pytest.raises(OutOfTimeError):
        decode(json.dumps(wire.page("labels", [wire.label()] * 200)).encode(), LABELS, is_over=after(100))


def test_a_reply_as_it_should_be_is_read_whatever_the_time_is() -> None:
    tracking = json.dumps(wire.tracking(events=[wire.event()] * 1_000)).encode()
    assert len(decode(tracking, TRACKING, is_over=after(1)).value.events) == 1_000


def test_a_reply_for_which_no_time_is_left_is_a_timeout_that_says_what_to_do() -> None:
    for request, document in (
        (list_labels({}), wire.page("labels", [wire.label()])),
        (track_label("se-1"), wire.tracking(ship_date="soon")),
    ):
        reply = Reply(200, json.dumps(document).encode())
        outcome = read(request, reply, datetime.now(UTC), is_over=after(1))
        assert type(outcome) is APITimeoutError
        assert "longer timeout" in str(outcome)
        assert (outcome.__cause__, outcome.__context__) == (None, None)
