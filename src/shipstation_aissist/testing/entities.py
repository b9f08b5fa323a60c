"""What an account holds: orders, shipments, labels, scans and fulfillments.

They are what ``add_order``, ``buy_label`` and the others return, to be passed on to further calls. ``extra`` of each
holds keys that its JSON record shows in place of (or beside) what the fake would say by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import attrs

from shipstation_aissist.testing.carriers import Carrier, Step

Extra = dict[str, Any]


@attrs.frozen
class Recipient:
    """Where an order goes."""

    name: str | None
    street: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country_code: str | None
    phone: str | None
    email: str | None


@attrs.frozen
class FakeItem:
    """One line of an order.

    Attributes:
        name: What it is called.
        sku: The store's number for it; by default one is made of the name.
        quantity: How many.
    """

    name: str
    sku: str | None = None
    quantity: int | float = 1


@attrs.define(eq=False)
class FakeOrder:
    """An order of a store: one shipment, or several once it is split."""

    number: str
    store_id: str
    recipient: Recipient
    carrier: Carrier
    created_at: datetime
    items: tuple[str | FakeItem, ...]
    external_order_id: str | None
    order_source_code: str | None
    import_batch_id: str  # known from webhooks only: API notes 9.3
    shipments: list[FakeShipment] = attrs.field(factory=list, repr=lambda them: str([s.shipment_id for s in them]))

    @property
    def labels(self) -> list[FakeLabel]:
        """The labels of all its shipments."""
        return [label for shipment in self.shipments for label in shipment.labels]


@attrs.define(eq=False)
class FakeShipment:
    """A shipment: what ShipStation makes of an order."""

    shipment_id: str
    order: FakeOrder = attrs.field(repr=lambda order: repr(order.number))
    shipment_number: str | None
    external_shipment_id: str | None
    created_at: datetime
    modified_at: datetime
    cancelled: bool = False
    on_hold: bool = False
    hold_until: datetime | None = None
    items: tuple[str | FakeItem, ...] = ()
    ship_by: datetime | None = None
    deliver_by: datetime | None = None
    is_return: bool = False
    sent_back_to: Recipient | None = attrs.field(default=None, repr=False)
    labels: list[FakeLabel] = attrs.field(factory=list, repr=lambda them: str([label.label_id for label in them]))
    fulfillments: list[FakeFulfillment] = attrs.field(factory=list, repr=False)
    extra: Extra = attrs.field(factory=dict, repr=False)

    @property
    def recipient(self) -> Recipient:
        """Where it goes: to the customer, or back to the shop."""
        return self.sent_back_to or self.order.recipient

    @property
    def status(self) -> str:
        """``shipment_status``: it speaks of labels, not of parcels (API notes 5.5)."""
        if self.cancelled:
            return "cancelled"
        if self.on_hold:
            return "on_hold"
        bought = {label.status for label in self.labels if label.is_outbound}
        if "completed" in bought or any(not fulfillment.voided_at for fulfillment in self.fulfillments):
            return "label_purchased"
        return "processing" if bought else "pending"


@attrs.define(eq=False)
class FakeScan:
    """One tracking event."""

    at: datetime
    step: Step
    status_code: str
    status_description: str
    detail_code: str | None
    description: str | None
    event_code: str | None
    carrier_detail_code: str | None
    carrier_status_code: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country_code: str | None
    signer: str | None = None
    extra: Extra = attrs.field(factory=dict, repr=False)


@attrs.define(eq=False)
class FakeLabel:
    """A label, and the parcel that travels under it.

    ``extra`` concerns the label's record, ``tracking_extra`` its tracking reply.

    Attributes:
        alternative_numbers: Further numbers of the parcel, for instance the last-mile carrier's (API notes 6.12).
        tracked_as: The number that tracking replies name, where it is another form of the label's (API notes 14.8).
        trackable: Whether the carrier can be tracked; if not, tracking is refused (API notes 7.6).
        classic: Whether tracking replies have no detail codes (API notes 14.10).
        void_is_flagged: Whether a void shows in ``voided`` and ``status`` too, not only in ``voided_at``.
    """

    label_id: str
    shipment: FakeShipment = attrs.field(repr=lambda shipment: repr(shipment.shipment_id))
    carrier: Carrier = attrs.field(repr=lambda carrier: repr(carrier.name))
    service_code: str
    created_at: datetime
    state: Literal["processing", "completed", "error"]
    package_numbers: list[str | None]
    is_return: bool
    rma_number: str | None
    batch_id: str  # known from webhooks only; the label itself shows ""
    voided_at: datetime | None = None
    void_is_flagged: bool = True
    alternative_numbers: tuple[str, ...] = ()
    tracked_as: str | None = None
    trackable: bool = True
    classic: bool = False
    scans: list[FakeScan] = attrs.field(factory=list, repr=False)
    extra: Extra = attrs.field(factory=dict, repr=False)
    tracking_extra: Extra = attrs.field(factory=dict, repr=False)

    @property
    def tracking_number(self) -> str | None:
        """The number of the first package, the only one that tracking knows (API notes 6.7)."""
        return self.package_numbers[0]

    @property
    def status(self) -> str:
        """The label's ``status``."""
        return "voided" if self.voided_at and self.void_is_flagged else self.state

    @property
    def is_outbound(self) -> bool:
        """Whether a parcel may travel to the customer under it."""
        is_return = self.is_return or self.rma_number is not None
        return not is_return and self.voided_at is None and self.state in ("completed", "processing")

    @property
    def delivered(self) -> bool:
        """Whether the parcel's journey has ended."""
        return any(scan.status_code == "DE" for scan in self.scans)


@attrs.define(eq=False)
class FakeFulfillment:
    """A shipment that was marked as shipped elsewhere: no label, no tracking (API notes 8.3)."""

    fulfillment_id: str
    shipment: FakeShipment = attrs.field(repr=lambda shipment: repr(shipment.shipment_id))
    carrier_name: str
    tracking_number: str | None
    created_at: datetime
    delivered_at: datetime | None
    voided_at: datetime | None = None
    void_is_flagged: bool = True
    extra: Extra = attrs.field(factory=dict, repr=False)


AnyTarget = str | FakeOrder | FakeShipment | FakeLabel
