"""From records of the API to parcels of the answer: labels with or without tracking (R6, R8), fulfillments (R9)."""

from __future__ import annotations

from shipstation_aissist.models import Address, Fulfillment, Label, LabelPackage, TrackingInformation
from shipstation_aissist.orders.carriers import canonical_carrier, carrier_name, carrier_of_name, tracking_page
from shipstation_aissist.orders.codes import LABEL_TRACKING_STATUSES, state_of_status
from shipstation_aissist.orders.comparing import plain_number, same_tracking_number
from shipstation_aissist.orders.labels import is_return_label, is_voided, plain_status
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.states import DISPLAY_NAMES, ParcelState
from shipstation_aissist.orders.tracking_state import Scan, last_scan_at, read_scans, told_by_scans
from shipstation_aissist.texts import is_web_url


def parcel_of_tracking(label: Label, tracking: TrackingInformation, ship_to: Address | None = None) -> Parcel:
    """A label's parcel as the carrier sees it; what tracking leaves out comes from the label.

    Args:
        label: The label.
        tracking: Its tracking reply.
        ship_to: Where the parcel should go, if that is known (R13).
    """
    carrier = tracking.carrier_code or label.carrier_code
    followed = _followed_number(label, tracking)
    scans = read_scans(tracking.events, carrier)
    state = told_by_scans(tracking, scans, carrier, ship_to)
    return Parcel(
        tracking_number=_known_number(label, followed),
        tracking_url=_link(tracking.tracking_url, label.tracking_url) or tracking_page(carrier, followed),  # R10
        status_description=_description(tracking, state),
        carrier_status_description=tracking.carrier_status_description,
        ship_date=tracking.ship_date,
        actual_delivery_date=tracking.actual_delivery_date,
        events=tuple([_event(scan) for scan in scans]),
        state=state,
        status_code=tracking.status_code,
        status_detail_code=tracking.status_detail_code,
        status_detail_description=tracking.status_detail_description,
        carrier_code=canonical_carrier(carrier),
        service_code=label.service_code,
        estimated_delivery_date=tracking.estimated_delivery_date,
        exception_description=tracking.exception_description,
        label_id=label.label_id,
        shipment_id=label.shipment_id,
        package_tracking_numbers=_package_numbers(label),
        is_return_label=is_return_label(label),
        voided=is_voided(label),
        carrier_name=carrier_name(carrier),
        alternative_tracking_numbers=_alternative_numbers(label),
        last_scan_at=last_scan_at(scans),
    )


def parcel_of_label(label: Label) -> Parcel:
    """A label's parcel from what the label alone says: without tracking, or voided (R6, R8)."""
    state = _state_of_label(label)
    return Parcel(
        tracking_number=label.tracking_number,
        tracking_url=_link(label.tracking_url) or tracking_page(label.carrier_code, label.tracking_number),  # R10
        status_description=DISPLAY_NAMES[state],
        ship_date=label.ship_date,
        state=state,
        carrier_code=canonical_carrier(label.carrier_code),
        service_code=label.service_code,
        label_id=label.label_id,
        shipment_id=label.shipment_id,
        package_tracking_numbers=_package_numbers(label),
        is_return_label=is_return_label(label),
        voided=is_voided(label),
        carrier_name=carrier_name(label.carrier_code),
        alternative_tracking_numbers=_alternative_numbers(label),
    )


def parcel_of_fulfillment(fulfillment: Fulfillment) -> Parcel:
    """R9: a parcel that was shipped elsewhere: number, carrier, link and dates, no events."""
    carrier = carrier_of_name(fulfillment.fulfillment_carrier_friendly_name)
    state = ParcelState.UNKNOWN if fulfillment.delivered_at is None else ParcelState.DELIVERED
    number = fulfillment.tracking_number
    return Parcel(
        tracking_number=number,
        tracking_url=tracking_page(carrier, number),  # R10
        status_description="Shipped" if state is ParcelState.UNKNOWN else DISPLAY_NAMES[state],
        ship_date=fulfillment.ship_date,
        actual_delivery_date=fulfillment.delivered_at,
        state=state,
        carrier_code=carrier,
        shipment_id=fulfillment.shipment_id,
        package_tracking_numbers=(number,) if number else (),
        carrier_name=carrier_name(carrier),
    )


def _state_of_label(label: Label) -> ParcelState:
    if is_voided(label):
        return ParcelState.CANCELLED
    if plain_status(label.status) == "processing" and label.tracking_number is None:
        return ParcelState.LABEL_CREATED
    return LABEL_TRACKING_STATUSES.get(plain_status(label.tracking_status), ParcelState.UNKNOWN)


def _followed_number(label: Label, tracking: TrackingInformation) -> str | None:
    """What the carrier follows: the reply's; the label's where the reply has only another form of it (R3)."""
    own, told = label.tracking_number, tracking.tracking_number
    if own is None or told is None or own == told or plain_number(own) == plain_number(told):
        return told or own
    return own if same_tracking_number(own, told) else told


def _known_number(label: Label, followed: str | None) -> str | None:
    """What the customer knows: the label's, where the carrier follows a further number of it, say the last mile's."""
    further = {plain_number(number) for number in _alternative_numbers(label)}
    is_further = followed is not None and plain_number(followed) in further
    return (label.tracking_number or followed) if is_further else followed


def _description(tracking: TrackingInformation, state: ParcelState) -> str:
    """The API's, unless the state is another than its status code stands for: then the state's name."""
    described = tracking.status_description
    return described if described and state_of_status(tracking.status_code) is state else DISPLAY_NAMES[state]


def _link(*links: str | None) -> str | None:
    """R10: the first that a reader may follow."""
    return next((link for link in links if is_web_url(link)), None)


def _event(scan: Scan) -> ParcelEvent:
    event = scan.event
    return ParcelEvent(
        carrier_occurred_at=event.carrier_occurred_at,
        description=event.description,
        city_locality=event.city_locality,
        state_province=event.state_province,
        postal_code=event.postal_code,
        carrier_status_description=event.carrier_status_description,
        occurred_at=event.occurred_at,
        state=scan.state,
        status_code=event.status_code,
        status_detail_code=event.status_detail_code,
        country_code=event.country_code,
    )


def _package_numbers(label: Label) -> tuple[str, ...]:
    numbers = [package.tracking_number for package in label.packages if package.tracking_number]
    return tuple(dict.fromkeys(numbers or ([label.tracking_number] if label.tracking_number else [])))


def _alternative_numbers(label: Label) -> tuple[str, ...]:
    """Further numbers of the parcel, for instance the last-mile carrier's (API notes 6.12), each once."""
    holders: tuple[Label | LabelPackage, ...] = (label, *label.packages)
    further = [known.value for holder in holders for known in holder.alternative_identifiers if known.value]
    if not further:
        return ()
    own = {plain_number(holder.tracking_number) for holder in holders if holder.tracking_number}
    numbers: dict[str, str] = {}
    for number in further:
        if plain_number(number) not in own:
            numbers.setdefault(plain_number(number), number)
    return tuple(numbers.values())
