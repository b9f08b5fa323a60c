"""How the three carriers of the fake speak: codes, words, shapes of numbers and dates (API notes 7.4, 7.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

import attrs

from shipstation_aissist.testing.errors import FakeUsageError

Step = Literal[
    "label_made",
    "accepted",
    "in_transit",
    "out_for_delivery",
    "attempted",
    "exception",
    "returning",
    "returned",
    "lost",
    "ready_for_pickup",
    "delivered",
]

_LOCAL = timezone(timedelta(hours=-5))

STATUS_DESCRIPTIONS = {
    "UN": "Unknown",
    "NY": "Not Yet In System",
    "AC": "Accepted",
    "IT": "In Transit",
    "AT": "Delivery Attempt",
    "EX": "Exception",
    "DE": "Delivered",
    "SP": "Delivered to Collection Location",
}

STATUS_OF_STEP: dict[Step, str] = {
    "label_made": "NY",
    "accepted": "AC",
    "in_transit": "IT",
    "out_for_delivery": "IT",
    "attempted": "AT",
    "exception": "EX",
    "returning": "EX",
    "returned": "DE",
    "lost": "EX",
    "ready_for_pickup": "SP",
    "delivered": "DE",
}

DETAIL_DESCRIPTIONS = {
    "IN_TRANSIT": "Your shipment is on its way between depots.",
    "OUT_FOR_DELIVERY": "Your shipment is out for delivery.",
    "CARRIER_DELAYS": "There's a delivery delay.",
    "DELIVERED": "Your shipment has been delivered.",
}


@attrs.frozen
class Words:
    """What a carrier says at one step of a parcel's life."""

    description: str
    event_code: str | None
    detail_code: str | None
    carrier_detail_code: str | None = None
    carrier_status_code: str | None = None


@attrs.frozen
class Carrier:
    """One carrier, as labels, tracking replies and fulfillments show it."""

    name: str
    label_code: str
    tracking_code: str  # the two may differ: API notes 6.11
    tracking_id: int
    service_code: str
    number: str
    link: str
    hub: tuple[str, str]
    times: Literal["local with offset", "local marked Z", "UTC"]
    estimate_time: str
    date_suffix: Literal["Z", ""]  # FedEx and UPS give dates without a zone
    nothing: Literal[""] | None  # what stands for "no signer": both occur on the wire
    shouts: bool  # city names in capitals
    links_in_tracking: bool
    words: Mapping[Step, Words] = attrs.field(repr=False)

    def tracking_number(self, sequence: int) -> str:
        """The number of the ``sequence``-th parcel."""
        return self.number.format(sequence)

    def tracking_url(self, number: str) -> str:
        """The carrier's own page for a number."""
        return self.link.format(number)

    def local_time(self, at: datetime) -> str:
        """``carrier_occurred_at``, in the encoding of this carrier."""
        if self.times == "UTC":
            return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        local = at.astimezone(_LOCAL).replace(microsecond=0)
        return local.isoformat() if self.times == "local with offset" else f"{local:%Y-%m-%dT%H:%M:%SZ}"


USPS = Carrier(
    name="usps",
    label_code="stamps_com",
    tracking_code="usps",
    tracking_id=1,
    service_code="usps_ground_advantage",
    number="94001362083037{:08d}",
    link="https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    hub=("COLUMBIA", "SC"),
    times="local with offset",
    estimate_time="00:00:00",
    date_suffix="Z",
    nothing="",
    shouts=True,
    links_in_tracking=True,
    words={
        "accepted": Words("USPS in possession of item", "03", "RECEIVED_BY_CARRIER"),
        "in_transit": Words("Arrived at USPS Regional Facility", "10", "IN_TRANSIT"),
        "out_for_delivery": Words("Out for Delivery", "OF", "OUT_FOR_DELIVERY"),
        "attempted": Words("Notice Left (No Authorized Recipient Available)", "02", "ATTEMPTED_DELIVERY"),
        "exception": Words("In Transit to Next Facility, Arriving Late", "NT", "CARRIER_DELAYS"),
        "returning": Words("Return to Sender Processed", "21", "RETURN_TO_SENDER"),
        "returned": Words("Delivered, To Original Sender", "01", "RETURN_TO_SENDER", None, "01"),
        "lost": Words("Missing Mail Search Closed", "LX", "PARCEL_LOST"),
        "ready_for_pickup": Words("Available for Pickup", "14", "COLLECT_AT_LOCAL_PO"),
        "delivered": Words("Delivered, In/At Mailbox", "01", "DELIVERED", None, "01"),
    },
)

UPS = Carrier(
    name="ups",
    label_code="ups",
    tracking_code="ups",
    tracking_id=3,
    service_code="ups_ground",
    number="1Z932R8003{:08d}",
    link="https://www.ups.com/track?tracknum={}",
    hub=("Louisville", "KY"),
    times="local marked Z",
    estimate_time="00:00:00",
    date_suffix="",
    nothing="",
    shouts=False,
    links_in_tracking=False,
    words={
        "label_made": Words(
            "Shipper created a label, UPS has not received the package yet.",
            "MP",
            "ELEC_ADVICE_RECD_BY_CARRIER",
            "MP",
            "M",
        ),
        "accepted": Words("Origin Scan", "OR", None, "OR", "I"),
        "in_transit": Words("Departed from Facility", "DP", None, "DP", "I"),
        "out_for_delivery": Words("Out For Delivery Today", "OT", None, "OT", "I"),
        "attempted": Words("Receiver not available", None, "ATTEMPTED_DELIVERY", None, "X"),
        "exception": Words("Severe weather has delayed delivery.", None, "CARRIER_DELAYS", None, "X"),
        "returning": Words("Returning to sender", None, "RETURN_TO_SENDER", None, "X"),
        "returned": Words("DELIVERED TO SENDER", "FS", "RETURN_TO_SENDER", "FS", "D"),
        "lost": Words("The package is lost.", None, "PARCEL_LOST", None, "X"),
        "ready_for_pickup": Words(
            "Delivered to UPS Access Point", None, "AWAITING_COLLECTION_FROM_PICKUP_POINT", None, "I"
        ),
        "delivered": Words("DELIVERED", "FS", None, "FS", "D"),
    },
)

FEDEX = Carrier(
    name="fedex",
    label_code="fedex",
    tracking_code="fedex_walleted",
    tracking_id=194,
    service_code="fedex_ground",
    number="7712{:08d}",
    link="https://www.fedex.com/fedextrack/?trknbr={}",
    hub=("MEMPHIS", "TN"),
    times="UTC",
    estimate_time="20:00:00",
    date_suffix="",
    nothing=None,
    shouts=True,
    links_in_tracking=False,
    words={
        "accepted": Words("Picked up", "PU", "PICKED_UP"),  # a code outside the documented list: API notes 7.3
        "in_transit": Words("Departed FedEx location", "DP", "IN_TRANSIT"),
        "out_for_delivery": Words("On FedEx vehicle for delivery", "OD", "OUT_FOR_DELIVERY"),
        "attempted": Words("Customer not available or business closed", "CA", "ATTEMPTED_DELIVERY"),
        "exception": Words("Shipment exception", "DY", "CARRIER_DELAYS"),
        "returning": Words("Returning package to shipper", "RS", "RETURN_TO_SENDER"),
        "returned": Words("Delivered to shipper", "DL", "RETURN_TO_SENDER"),
        "lost": Words("Unable to locate package", "SE", "PARCEL_LOST"),
        "ready_for_pickup": Words("Ready for pickup", "HP", "CUSTOMER_TO_COLLECT_FROM_CARRIER"),
        "delivered": Words("Delivered", "DL", "DELIVERED"),
    },
)

_BY_NAME = {carrier.name: carrier for carrier in (USPS, UPS, FEDEX)}


def carrier_named(name: str) -> Carrier:
    """The carrier of a name such as ``"usps"``."""
    try:
        return _BY_NAME[name]
    except (KeyError, TypeError):
        raise FakeUsageError(
            f"the fake has no carrier {name!r}, only {', '.join(_BY_NAME)}; for another one, say what its label shows: "
            'fake.buy_label("12345", extra={"carrier_code": "ontrac", "tracking_url": None})'
        ) from None
