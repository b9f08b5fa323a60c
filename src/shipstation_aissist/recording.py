"""One look-up, recorded so that it can be sent to somebody: every request and reply, without a customer's data.

What may stand in a recording is an allow-list: a field that is not known to be harmless is dropped. Ids, numbers and
dates become others, consistently; names, addresses, towns, phones and e-mails are made up; a text stays only where it
is one of the carriers' common phrases, else its length is told. So the replay gives the same states, flags and codes,
and a report of a wrong answer is a failing test (:meth:`shipstation_aissist.testing.FakeShipStation.from_recording`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from shipstation_aissist._version import __version__
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.errors import (
    APIError,
    APIStatusError,
    AuthenticationError,
    MalformedResponseError,
    RateLimitError,
    ShipStationError,
)
from shipstation_aissist.orders.finding import track_order
from shipstation_aissist.orders.query import OrderKey, OrderQuery, check_settings, prepare_lookup
from shipstation_aissist.pseudonyms import Pseudonyms
from shipstation_aissist.telling import Telling, error_body, personal_words
from shipstation_aissist.transport.clock import Deadline
from shipstation_aissist.transport.driver import MOST_IN_FLIGHT
from shipstation_aissist.transport.threads import side_by_side
from shipstation_aissist.wire.decoding import structure
from shipstation_aissist.wire.requests import ANY_JSON, ApiRequest, JSONValue

__all__ = ["RecordedReply", "Recording", "record"]

FORMAT = "shipstation-aissist recording"
VERSION = 1


@attrs.frozen
class RecordedReply:
    """One request and its reply, under pseudonyms."""

    path: str
    query: dict[str, str]
    status: int
    body: JSONValue
    retry_after: float | None = None


@attrs.frozen
class Recording:
    """One look-up under pseudonyms.

    Attributes:
        order_id: What to ask the replay for.
        postal_code: The recipient check of the look-up, or ``None``.
        email: The other one, or ``None``.
        order_key: How the id was understood.
        store_id: The store it was asked with, or ``None``.
        at: The time of the look-up, moved like all dates.
        state: What the look-up came to: the order's state, or the error's class.
        replies: Every request and reply, in order.
    """

    order_id: str
    postal_code: str | None
    email: str | None
    order_key: OrderKey
    store_id: str | None
    at: datetime
    state: str
    replies: tuple[RecordedReply, ...]

    def to_json(self) -> str:
        """The file: JSON with ``order_id`` on top."""
        document = {
            "order_id": self.order_id,
            "format": FORMAT,
            "version": VERSION,
            "library": __version__,
            "postal_code": self.postal_code,
            "email": self.email,
            "order_key": self.order_key,
            "store_id": self.store_id,
            "at": self.at.isoformat(),
            "state": self.state,
            "replies": [attrs.asdict(reply) for reply in self.replies],
        }
        return json.dumps(document, indent=2) + "\n"

    def save(self, path: str | Path) -> None:
        """Write the file, whole or not at all.

        Args:
            path: Where; a file that is there is replaced.
        """
        target = Path(path)
        beside = target.with_name(f"{target.name}.part")
        try:
            beside.write_text(self.to_json(), "utf-8")
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def record(
    client: ShipStationClient,
    order_id: str,
    *,
    postal_code: str | None = None,
    email: str | None = None,
    order_key: OrderKey = "auto",
    store_id: str | None = None,
    seed: int | None = None,
) -> Recording:
    """Look an order up and record every request and reply under pseudonyms, all within the client's timeout (T1).

    Args:
        client: The account to look in.
        order_id: What the customer calls the order.
        postal_code: The recipient check, if the wrong answer came with one.
        email: The other one.
        order_key: How the id is understood (R2).
        store_id: Only shipments of this store.
        seed: The same seed makes the same pseudonyms; default: chance.

    Raises:
        InvalidOrderIdError: It cannot be an order id. Nothing was sent.
        ConfigurationError: ``order_key`` or ``store_id`` is unusable. Nothing was sent.
        AuthenticationError: The key was refused: there is nothing to record.
        RateLimitError: The account is over its quota; record later.
        OrderNotFoundError: Nothing matches, and nothing came that looked like it: there is nothing to record.
        APIError: The API could not be asked at all.

    Example:
        ``record(client, "12345").save("case.json")``
    """
    settings = check_settings(order_key, store_id, None, None)
    lookup = prepare_lookup(OrderQuery(order_id, postal_code, email), settings)
    now = client._clock.now()
    within = client._within(Deadline(client._clock, client.timeout))
    heard: list[_Heard] = []
    flow = track_order(lookup, settings, lambda _step: None, now)
    outcome: str
    try:
        asked = next(flow)
        while True:
            tasks = [partial(_ask, within, request) for request in asked]
            replies = side_by_side(tasks, most=MOST_IN_FLIGHT)
            heard += zip(asked, replies, strict=True)
            asked = flow.send(tuple(map(_read, asked, replies)))
    except StopIteration as finished:
        outcome = str(finished.value.state)
    except (AuthenticationError, RateLimitError):
        raise  # of the key and the quota, not of the order: nothing is learnt of a record of it
    except ShipStationError as error:
        if not any(isinstance(reply, Mapping) and _holds_records(reply) for _, reply in heard):
            raise
        outcome = type(error).__name__
    names = Pseudonyms(seed, avoid=personal_words([reply for _, reply in heard if not isinstance(reply, APIError)]))
    told = Telling(names)
    return Recording(
        order_id=names.number(lookup.key),  # without what a person says around it, which may be a name
        postal_code=None if postal_code is None else names.postal_code(postal_code),
        email=None if email is None else names.email(email),
        order_key=settings.order_key,
        store_id=None if settings.store_id is None else names.number(settings.store_id),
        at=names.moment(now),
        state=outcome,
        replies=tuple(_told(told, request, reply) for request, reply in heard),
    )


_Heard: TypeAlias = "tuple[ApiRequest[Any], JSONValue | APIError]"


def _ask(client: ShipStationClient, request: ApiRequest[Any]) -> JSONValue | APIError:
    try:
        as_it_came: ApiRequest[JSONValue] = attrs.evolve(request, shape=ANY_JSON)
        return client._get(as_it_came)
    except APIError as error:
        return error


def _read(request: ApiRequest[Any], reply: JSONValue | APIError) -> Any:
    if isinstance(reply, APIError):
        return reply
    try:
        return structure(reply, request.shape)
    except APIError as error:
        return error


def _told(telling: Telling, request: ApiRequest[Any], reply: JSONValue | APIError) -> RecordedReply:
    path, query = telling.path(request), telling.query(request)
    if not isinstance(reply, APIError):
        return RecordedReply(path, query, 200, telling.body(reply))
    if isinstance(reply, MalformedResponseError):
        return RecordedReply(path, query, 200, "a body that could not be read")
    status = reply.status_code if isinstance(reply, APIStatusError) else 0
    return RecordedReply(path, query, status, error_body(reply), getattr(reply, "retry_after", None))


def _holds_records(reply: Mapping[str, JSONValue]) -> bool:
    lists = [reply.get(name) for name in ("shipments", "labels", "fulfillments")]
    return any(isinstance(records, list) and records for records in lists) or "shipment_id" in reply
