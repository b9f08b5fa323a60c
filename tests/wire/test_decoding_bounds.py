"""A reply of 10 MiB must not take longer to read than a call may (T1, T7)."""

import pytest

from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.wire.decoding import Decoded, decode
from shipstation_aissist.wire.requests import ANY_JSON, LABELS, TRACKING


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


def test_a_wrong_value_behind_a_hundred_unreadable_dates_is_still_refused_and_alone_named() -> None:
    items = [b'{"label_id": "se-%d", "created_at": "soon"}' % number for number in range(150)]
    with pytest.raises(MalformedResponseError) as refused:
        decode(b'{"labels": [' + b",".join([*items, b'{"label_id": 7}']) + b"]}", LABELS)
    assert refused.value.problems == ("$.labels[150].label_id",)
    assert len(decode(b'{"labels": [' + b",".join(items) + b"]}", LABELS).unreadable_dates) == 100
