"""The account that the fake plays: what it holds, how it behaves, and how a test's words find things in it."""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, Literal, ParamSpec, TypeVar, get_args

import attrs

from shipstation_aissist.testing.clock import FakeClock, in_utc
from shipstation_aissist.testing.entities import AnyTarget, FakeFulfillment, FakeLabel, FakeOrder, FakeShipment
from shipstation_aissist.testing.errors import FakeUsageError

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound="Account")

NumberMatch = Literal["exact", "prefix", "substring", "ignored"]


@attrs.frozen
class Happening:
    """Something of which the real API would notify: what, about which record, and how much of it was known then."""

    event_type: str
    subject: FakeShipment | FakeLabel | FakeFulfillment
    scans: int = 0

    @classmethod
    def now(cls, event_type: str, subject: FakeShipment | FakeLabel | FakeFulfillment) -> Happening:
        """What can be told of a record at present."""
        return cls(event_type, subject, len(subject.scans) if isinstance(subject, FakeLabel) else 0)


class Account:
    """An account of ShipStation.

    Attributes:
        orders: In the order in which they came to be, like the others.
        shipments: Of all orders.
        labels: Of all shipments.
        fulfillments: Of all shipments.
        ignore_filters: Whether every filter of every list is ignored, as the real API ignores those it does not know.
        lean_lists: Whether lists of labels leave out alternative numbers that the single label has (API notes 14.8).
        tracking_plan: Whether the plan includes ``GET /v2/tracking`` (API notes 1.8, 7.6).
    """

    def __init__(self, *, clock: FakeClock, tracking_plan: bool) -> None:
        self.clock = clock
        self.orders: list[FakeOrder] = []
        self.shipments: list[FakeShipment] = []
        self.labels: list[FakeLabel] = []
        self.fulfillments: list[FakeFulfillment] = []
        self._shipment_number_match: NumberMatch = "exact"
        self.ignore_filters = False
        self.lean_lists = False
        self.tracking_plan = tracking_plan
        self._lock = threading.RLock()
        self._closed = False
        self._happenings: list[Happening] = []
        self._shipment_ids = itertools.count(250001)
        self._label_ids = itertools.count(350001)
        self._fulfillment_ids = itertools.count(450001)
        self._parcels = itertools.count(1)

    @property
    def shipment_number_match(self) -> NumberMatch:
        """How the filter ``shipment_number`` compares; the real one's way is not documented (API notes 13.1).

        ``"exact"`` (but for case), ``"prefix"``, ``"substring"`` or ``"ignored"``.
        """
        return self._shipment_number_match

    @shipment_number_match.setter
    def shipment_number_match(self, match: NumberMatch) -> None:
        if match not in get_args(NumberMatch):
            raise FakeUsageError(f'{match!r} is no way to compare: fake.shipment_number_match = "prefix"')
        self._shipment_number_match = match

    def order(self, number: str) -> FakeOrder:
        """The order of a number.

        Raises:
            FakeUsageError: There is none, or more than one.
        """
        return self._order(number, "order")

    def _order(self, number: str, call: str) -> FakeOrder:
        found = [order for order in self.orders if order.number == number]
        if not found:
            raise FakeUsageError(
                f"there is no order {number!r} in this fake; add it first: "
                f"fake.add_order({number!r}); fake.{call}({number!r})"
            )
        if len(found) > 1:
            stores = ", ".join(order.store_id for order in found)
            raise FakeUsageError(
                f"{len(found)} orders have the number {number!r} (stores {stores}); pass the one that add_order "
                f"returned: order = fake.add_order({number!r}, ...); fake.{call}(order)"
            )
        return found[0]

    def _shipments_of(self, target: AnyTarget | FakeFulfillment, call: str) -> list[FakeShipment]:
        """The shipments that a test means by an order's number, or by what an earlier call returned."""
        if isinstance(target, str):
            return self._order(target, call).shipments
        if isinstance(target, FakeOrder):
            found = target.shipments
        elif isinstance(target, FakeShipment):
            found = [target]
        elif isinstance(target, FakeLabel | FakeFulfillment):
            found = [target.shipment]
        else:
            raise FakeUsageError(
                f"fake.{call}() takes an order number (a str) or what add_order, buy_label and the others returned, "
                f'not {target!r}: fake.{call}("12345")'
            )
        if found[0].order not in self.orders:
            raise FakeUsageError(f"{target!r} belongs to another fake; use the one that made it: fake.{call}(...)")
        return found

    def _shipment_of(self, target: AnyTarget, call: str) -> FakeShipment:
        """The one shipment that is meant; returns and cancelled ones count only where there is no other."""
        found = self._shipments_of(target, call)
        outbound = [shipment for shipment in found if not shipment.is_return] or found
        live = [shipment for shipment in outbound if not shipment.cancelled] or outbound
        if len(live) > 1:
            raise FakeUsageError(
                f"order {live[0].order.number!r} has {len(live)} shipments; pass the one that is meant: "
                f"fake.{call}(order.shipments[0])"
            )
        return live[0]

    def _outbound_label_of(self, target: AnyTarget, call: str) -> FakeLabel | None:
        """The one label that is meant, if there is any; delivered ones count only where there is no other."""
        if isinstance(target, FakeLabel):
            self._shipments_of(target, call)
            return target
        outbound = [label for label in self._shipment_of(target, call).labels if label.is_outbound]
        candidates = [label for label in outbound if not label.delivered] or outbound
        if len(candidates) > 1:
            ids = ", ".join(label.label_id for label in candidates)
            raise FakeUsageError(
                f"shipment {candidates[0].shipment.shipment_id} has {len(candidates)} labels ({ids}); pass the one "
                f"that is meant: label = fake.buy_label(...); fake.{call}(label)"
            )
        return candidates[0] if candidates else None

    def _notify(self, event_type: str, subject: FakeShipment | FakeLabel | FakeFulfillment) -> None:
        self._happenings.append(Happening.now(event_type, subject))

    def _when(self, at: datetime | None, *, hours: float) -> datetime:
        moment = self.clock.now() + timedelta(hours=hours) if at is None else in_utc(at)
        self.clock.travel_to(moment)  # nothing that has happened lies in the future
        return moment


def scripted(method: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
    """Scripting is one step for everybody who asks meanwhile, and it ends with the test."""

    @functools.wraps(method)
    def guarded(self: A, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            if self._closed:
                raise FakeUsageError(
                    "this fake was closed when its test ended; ask for one in the test that uses it: "
                    f"def test_it(fake_shipstation): fake_shipstation.{method.__name__}(...)"
                )
            return method(self, *args, **kwargs)

    return guarded
