"""Whatever bytes arrive, they are a right value or a MalformedResponseError, never another exception (T7)."""

from __future__ import annotations

import json
import re
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.wire.decoding import decode, parse_json
from shipstation_aissist.wire.requests import (
    ANY_JSON,
    FULFILLMENTS,
    LABEL,
    LABELS,
    SHIPMENT,
    SHIPMENTS,
    TRACKING,
    Shape,
)
from support.strategies import ANY_JSON_VALUE, TRUE_REPLIES, nearly_true_replies

SHAPES: dict[str, Shape[Any]] = {
    "shipments": SHIPMENTS,
    "labels": LABELS,
    "fulfillments": FULFILLMENTS,
    "label": LABEL,
    "tracking": TRACKING,
}
PATH = re.compile(r"\$(\.[a-z_0-9]+|\[\d+\])*")


def leaves(value: Any) -> list[Any]:
    """Every plain value that a model holds."""
    if attrs.has(type(value)):
        return [leaf for field in attrs.fields(type(value)) for leaf in leaves(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [leaf for each in value for leaf in leaves(each)]
    return [value]


def check(body: bytes, shape: Shape[Any]) -> None:
    """Read a body, and hold what comes of it against what was sent."""
    try:
        decoded = decode(body, shape)
    except MalformedResponseError as refusal:
        paths, texts = refusal.problems, []
        named = bool(paths)
    else:
        paths, texts = decoded.unreadable, [leaf for leaf in leaves(decoded.value) if isinstance(leaf, str)]
        named = True
    assert named
    assert all(PATH.fullmatch(path) for path in paths)
    assert len(set(paths)) == len(paths)
    if texts:
        sent = {each for each in plain(json.loads(body.decode("utf-8-sig"))) if isinstance(each, str)}
        assert all(text and (text in sent or "\ufffd" in text) for text in texts)


def plain(value: Any) -> list[Any]:
    """Every plain value of a JSON document."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in plain(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in plain(each)]
    return [value]


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for shape in (*SHAPES.values(), SHIPMENT):
        check(body, shape)


@given(ANY_JSON_VALUE)
def test_any_json_is_read_or_refused(document: Any) -> None:
    for shape in (*SHAPES.values(), SHIPMENT):
        check(json.dumps(document).encode(), shape)


@pytest.mark.parametrize("kind", SHAPES)
@given(data=st.data())
def test_a_reply_with_a_few_wrong_values_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    check(json.dumps(data.draw(nearly_true_replies(kind))).encode(), SHAPES[kind])


@pytest.mark.parametrize("kind", SHAPES)
@given(news=st.dictionaries(st.text(min_size=1).map("new_".__add__), ANY_JSON_VALUE, max_size=3))
def test_keys_that_nobody_knows_change_nothing(kind: str, news: dict[str, Any]) -> None:
    def with_news(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{key: with_news(each) for key, each in value.items()}, **news}
        return [with_news(each) for each in value] if isinstance(value, list) else value

    reply = TRUE_REPLIES[kind]
    as_known = decode(json.dumps(reply).encode(), SHAPES[kind])
    assert decode(json.dumps(with_news(reply)).encode(), SHAPES[kind]) == as_known


@given(ANY_JSON_VALUE)
def test_any_json_comes_back_as_it_was_sent_but_for_lone_surrogates(document: Any) -> None:
    body = json.dumps(document).encode()
    read = parse_json(body)
    if "\\ud" not in body.decode():
        assert read == document
    assert json.dumps(read, ensure_ascii=False).encode("utf-8")
    assert decode(body, ANY_JSON).value == read
