"""Codes, statuses and carriers that this version does not know: told as steps, so that a change of ShipStation's shows.

What is not known is never guessed at; it stays usable as the word that came. A client tells each such word once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from shipstation_aissist.models import Label, Page, Shipment, TrackEvent, TrackingInformation
from shipstation_aissist.orders.carriers import is_known_carrier
from shipstation_aissist.orders.codes import is_known_detail_code, is_known_status_code
from shipstation_aissist.orders.labels import plain_status
from shipstation_aissist.orders.lists import Flow, overheard
from shipstation_aissist.steps import DRIFT, Record, TraceStep
from shipstation_aissist.texts import is_code
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.requests import ApiRequest

T = TypeVar("T")

_SHIPMENT_STATUSES = frozenset({"", "pending", "processing", "label_purchased", "cancelled", "on_hold"})
_LABEL_STATUSES = frozenset({"", "processing", "completed", "error", "voided"})
_TRACKING_STATUSES = frozenset({"", "unknown", "in_transit", "error", "delivered"})


def telling_of_drift(flow: Flow[T], record: Record) -> Flow[T]:
    """The same flow of requests, of whose replies it is recorded what this version does not know.

    Args:
        flow: The flow.
        record: Receives one step for each word that is not known.
    """

    def hear(_: ApiRequest[Any], answer: Decoded[Any]) -> None:
        for sentence in dict.fromkeys(unknown_in(answer.value)):
            record(TraceStep(kind="decision", what=sentence, rule=DRIFT))

    return overheard(flow, hear)


def unknown_in(value: object) -> Iterator[str]:
    """A sentence for each code, status and carrier of a reply that this version does not know.

    Args:
        value: What a reply was read as: a model, or a page of models.
    """
    if isinstance(value, Page):
        for item in value.items:
            yield from unknown_in(item)
    elif isinstance(value, Shipment):
        yield from _unless(_is_in(_SHIPMENT_STATUSES), "shipment_status", value.shipment_status)
    elif isinstance(value, Label):
        yield from _unless(_is_in(_LABEL_STATUSES), "status of a label", value.status)
        yield from _unless(_is_in(_TRACKING_STATUSES), "tracking_status", value.tracking_status)
        yield from _unless(is_known_carrier, "carrier_code", value.carrier_code)
    elif isinstance(value, TrackingInformation):
        yield from _unless(is_known_carrier, "carrier_code", value.carrier_code)
        coded: tuple[TrackingInformation | TrackEvent, ...] = (value, *value.events)
        for code in dict.fromkeys(each.status_code for each in coded):
            yield from _unless(is_known_status_code, "status_code", code)
        for code in dict.fromkeys(each.status_detail_code for each in coded):
            yield from _unless(is_known_detail_code, "status_detail_code", code)


def _is_in(known: frozenset[str]) -> Callable[[str | None], bool]:
    return lambda status: plain_status(status) in known


def _unless(is_known: Callable[[str | None], bool], what: str, word: str | None) -> Iterator[str]:
    if word is None or is_known(word):
        return
    # A sentence of ours is shown as it is, so what does not have the form of a code is not quoted in it.
    named = repr(word) if is_code(word) else "of a form that no code has"
    yield f"The {what} {named} is not known to this version of the library."
