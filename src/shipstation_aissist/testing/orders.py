"""An order's life in ShipStation: imported, held, split, cancelled, or shipped elsewhere.

Every transition takes an order's number, or the order, shipment or label that an earlier call returned, and ``at``:
when it happens. By default that is a plausible while after the clock's present; the clock's time of day then moves
there, and nobody's waiting time is touched (:meth:`FakeClock.travel_to`). What makes no sense is a
:class:`FakeUsageError`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import EllipsisType
from typing import Any

from shipstation_aissist.testing.account import Account, scripted
from shipstation_aissist.testing.carriers import carrier_named
from shipstation_aissist.testing.clock import in_utc
from shipstation_aissist.testing.entities import (
    AnyTarget,
    FakeFulfillment,
    FakeItem,
    FakeOrder,
    FakeShipment,
    Recipient,
)
from shipstation_aissist.testing.errors import FakeUsageError

_SHOP = Recipient("Blue Mug Shop", "1 Warehouse Way", "Austin", "TX", "78701", "US", None, None)


class OrderLives(Account):
    """An account whose orders live as a test says."""

    @scripted
    def add_order(
        self,
        number: str,
        *,
        store_id: str = "se-415302",
        postal_code: str | None = "29646",
        country_code: str | None = "US",
        recipient: str | None = "Jordan Doe",
        street: str | None = "525 S Winchester Blvd",
        city: str | None = "Greenwood",
        state: str | None = "SC",
        phone: str | None = "555-555-5555",
        email: str | None = None,
        items: Sequence[str | FakeItem] = ("Blue mug",),
        shipment_number: str | EllipsisType | None = ...,
        external_shipment_id: str | None = None,
        external_order_id: str | None = None,
        order_source_code: str | None = None,
        on_hold: bool = False,
        ship_by: datetime | None = None,
        deliver_by: datetime | None = None,
        carrier: str = "usps",
        shipments: int = 1,
        created_at: datetime | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> FakeOrder:
        """An order is imported from its store.

        Several may have the same number: used again by another customer, or copied to another store.

        Args:
            number: What the test calls the order, and its shipments' number.
            store_id: The store that it comes from.
            postal_code: The recipient's; ``None`` for an address without one. Likewise the rest of the address.
            country_code: The recipient's country, two letters.
            recipient: The recipient's name.
            street: The first address line.
            city: The recipient's city.
            state: The recipient's state or province.
            phone: The recipient's phone number.
            email: The recipient's e-mail address.
            items: What was bought: names, or :class:`FakeItem`. Several shipments share them out.
            shipment_number: The number on the wire, where it is not ``number``; ``None`` for none.
            external_shipment_id: Of the first shipment; imported orders have none (API notes 5.3).
            external_order_id: The platform's own order id; cannot be searched.
            order_source_code: The platform, for example ``"shopify"``.
            on_hold: Whether it is put on hold at once.
            ship_by: The day by which it should leave.
            deliver_by: The day by which it should arrive.
            carrier: ``"usps"``, ``"ups"`` or ``"fedex"``: who carries it unless ``buy_label`` says otherwise.
            shipments: How many shipments the import makes of it.
            created_at: When; by default now.
            extra: Keys of the shipments' JSON records, to be shown in place of what the fake would say.
        """
        if not isinstance(number, str):
            raise FakeUsageError(f'an order number is a str, not {number!r}: fake.add_order("12345")')
        if shipments < 1:
            raise FakeUsageError(f"an order has at least one shipment: fake.add_order({number!r}, shipments=2)")
        order = FakeOrder(
            number=number,
            store_id=store_id,
            recipient=Recipient(recipient, street, city, state, postal_code, country_code, phone, email),
            carrier=carrier_named(carrier),
            created_at=self._when(created_at, hours=0),
            items=tuple(items),
            external_order_id=external_order_id,
            order_source_code=order_source_code,
            import_batch_id=str(uuid.UUID(int=len(self.orders) + 1)),
        )
        wire_number = number if isinstance(shipment_number, EllipsisType) else shipment_number
        for position, part in enumerate(_shared_out(order.items, shipments)):
            external_id = external_shipment_id if position == 0 else None
            shipment = self._new_shipment(order, wire_number, external_id, order.created_at)
            shipment.items = part
            shipment.on_hold = on_hold
            shipment.ship_by = ship_by and in_utc(ship_by)
            shipment.deliver_by = deliver_by and in_utc(deliver_by)
            shipment.extra.update(extra or {})
        self.orders.append(order)
        self._notify("SHIPMENT_CREATED_V2", order.shipments[0])
        return order

    @scripted
    def cancel(self, target: AnyTarget, *, at: datetime | None = None) -> None:
        """The store cancels the order (or one shipment of it); no webhook tells of it."""
        shipments = [shipment for shipment in self._shipments_of(target, "cancel") if not shipment.cancelled]
        if not shipments:
            raise FakeUsageError(f"{target!r} is cancelled already; cancel another order: fake.cancel(...)")
        if any(label.delivered and label.is_outbound for shipment in shipments for label in shipment.labels):
            raise FakeUsageError(f"a parcel of {target!r} is delivered: an order is cancelled before fake.deliver(...)")
        moment = self._when(at, hours=1)
        for shipment in shipments:
            shipment.cancelled, shipment.modified_at = True, moment

    @scripted
    def hold(self, target: AnyTarget, *, until: datetime | None = None, at: datetime | None = None) -> None:
        """The order (or one shipment of it) is put on hold, until a day if one is given."""
        self._put_on_hold(target, "hold", "pending", at, 1, on_hold=True, until=until and in_utc(until))

    @scripted
    def release(self, target: AnyTarget, *, at: datetime | None = None) -> None:
        """The hold ends."""
        self._put_on_hold(target, "release", "on_hold", at, 12, on_hold=False, until=None)

    @scripted
    def mark_shipped(
        self,
        target: AnyTarget,
        *,
        carrier: str = "FedEx",
        tracking_number: str | None = "771234567899",
        delivered_at: datetime | None = None,
        at: datetime | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> FakeFulfillment:
        """The order is marked as shipped elsewhere: a fulfillment, and no label.

        Args:
            target: The order or shipment.
            carrier: The carrier's display name; fulfillments have no code.
            tracking_number: The number, if there is one.
            delivered_at: When it arrived, if that is known.
            at: When; by default four hours from now.
            extra: Keys of the fulfillment's JSON record, to be shown in place of what the fake would say.
        """
        shipment = self._shipment_of(target, "mark_shipped")
        if shipment.cancelled or shipment.on_hold:
            raise FakeUsageError(
                f"shipment {shipment.shipment_id} is {shipment.status}; only one that is waiting is marked as shipped: "
                'fake.add_order("12345"); fake.mark_shipped("12345")'
            )
        fulfillment = FakeFulfillment(
            fulfillment_id=f"se-{next(self._fulfillment_ids)}",
            shipment=shipment,
            carrier_name=carrier,
            tracking_number=tracking_number,
            created_at=self._when(at, hours=4),
            delivered_at=delivered_at and in_utc(delivered_at),
            extra=dict(extra or {}),
        )
        shipment.fulfillments.append(fulfillment)
        self.fulfillments.append(fulfillment)
        shipment.modified_at = fulfillment.created_at
        self._notify("FULFILLMENT_SHIPPED_V2", fulfillment)
        return fulfillment

    @scripted
    def split(
        self,
        target: AnyTarget,
        *,
        into: int = 2,
        items: Sequence[Sequence[str | FakeItem]] | None = None,
        at: datetime | None = None,
    ) -> list[FakeShipment]:
        """A shipment is split; the parts have the same number (API notes 5.5).

        Args:
            target: The order or shipment.
            into: How many parts.
            items: What goes into each part; by default its items are shared out.
            at: When; by default an hour from now.

        Returns:
            The parts: the shipment as it was, and the new ones.
        """
        shipment = self._shipment_of(target, "split")
        contents = _shared_out(shipment.items, into) if items is None else [tuple(part) for part in items]
        if into < 2 or len(contents) != into or shipment.cancelled or shipment.labels or shipment.fulfillments:
            raise FakeUsageError(
                f"shipment {shipment.shipment_id} ({shipment.status}) cannot be split into {into!r}; split one that "
                'waits for its label, into two or more, with items for each part or for none: fake.add_order("12345"); '
                'fake.split("12345", into=2)'
            )
        moment = self._when(at, hours=1)
        shipment.modified_at = moment
        parts = [self._new_shipment(shipment.order, shipment.shipment_number, None, moment) for _ in range(into - 1)]
        for part, content in zip([shipment, *parts], contents, strict=True):
            part.items = content
        for part in parts:
            part.on_hold, part.ship_by, part.deliver_by = shipment.on_hold, shipment.ship_by, shipment.deliver_by
            part.extra.update(shipment.extra)
        return [shipment, *parts]

    @scripted
    def add_return_shipment(
        self, target: AnyTarget, *, at: datetime | None = None, extra: Mapping[str, Any] | None = None
    ) -> FakeShipment:
        """A shipment for the way back is made, with the order's number; it goes to the shop.

        Args:
            target: The order or shipment that is sent back.
            at: When; by default a day from now.
            extra: Keys of its JSON record, to be shown in place of what the fake would say.

        Returns:
            The new shipment; what is scanned of it is scanned by its label.
        """
        former = self._shipment_of(target, "add_return_shipment")
        shipment = self._new_shipment(former.order, former.shipment_number, None, self._when(at, hours=24))
        shipment.items, shipment.is_return, shipment.sent_back_to = former.items, True, _SHOP
        shipment.extra.update(extra or {})
        return shipment

    def _new_shipment(
        self, order: FakeOrder, number: str | None, external_id: str | None, moment: datetime
    ) -> FakeShipment:
        shipment = FakeShipment(f"se-{next(self._shipment_ids)}", order, number, external_id, moment, moment)
        order.shipments.append(shipment)
        self.shipments.append(shipment)
        return shipment

    def _put_on_hold(
        self,
        target: AnyTarget,
        call: str,
        must_be: str,
        at: datetime | None,
        hours: float,
        *,
        on_hold: bool,
        until: datetime | None,
    ) -> None:
        shipments = self._shipments_of(target, call)
        for shipment in shipments:
            if shipment.status != must_be:
                raise FakeUsageError(
                    f"shipment {shipment.shipment_id} is {shipment.status}, not {must_be}; "
                    'fake.add_order("12345"); fake.hold("12345"); fake.release("12345")'
                )
        moment = self._when(at, hours=hours)
        for shipment in shipments:
            shipment.on_hold, shipment.hold_until, shipment.modified_at = on_hold, until, moment


def _shared_out(items: tuple[str | FakeItem, ...], parts: int) -> list[tuple[str | FakeItem, ...]]:
    """What goes into each part; where there are fewer items than parts, a part of each item goes into all."""
    if len(items) < parts:
        return [items] * parts
    return [items[part::parts] for part in range(parts)]
