"""From records of the API to parcels of the answer: labels with or without tracking (R6, R8), fulfillments (R9)."""

from __future__ import annotations

from shipstation_aissist.models import Fulfillment, Label, TrackEvent, TrackingInformation
from shipstation_aissist.orders.carriers import canonical_carrier, carrier_of_name, tracking_page
from shipstation_aissist.orders.labels import is_voided
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.states import DISPLAY_NAMES, LABEL_TRACKING_STATUSES, ParcelState, parcel_state


def parcel_of_tracking(label: Label, tracking: TrackingInformation) -> Parcel:
    """A label's parcel as the carrier sees it; what tracking leaves out comes from the label."""
    carrier = tracking.carrier_code or label.carrier_code
    number = tracking.tracking_number or label.tracking_number
    state = parcel_state(tracking.status_code, tracking.status_detail_code, carrier, tracking.carrier_detail_code)
    return Parcel(
        tracking_number=number,
        tracking_url=tracking.tracking_url or label.tracking_url or tracking_page(carrier, number),  # R10
        status_description=tracking.status_description or DISPLAY_NAMES[state],
        carrier_status_description=tracking.carrier_status_description,
        ship_date=tracking.ship_date,
        actual_delivery_date=tracking.actual_delivery_date,
        events=tuple([_event(event, carrier) for event in tracking.events]),
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
    )


def parcel_of_label(label: Label) -> Parcel:
    """A label's parcel from what the label alone says: without tracking, voided, or a return (R6, R8)."""
    state = _state_of_label(label)
    return Parcel(
        tracking_number=label.tracking_number,
        tracking_url=label.tracking_url or tracking_page(label.carrier_code, label.tracking_number),  # R10
        status_description=DISPLAY_NAMES[state],
        ship_date=label.ship_date,
        state=state,
        carrier_code=canonical_carrier(label.carrier_code),
        service_code=label.service_code,
        label_id=label.label_id,
        shipment_id=label.shipment_id,
        package_tracking_numbers=_package_numbers(label),
        is_return_label=bool(label.is_return_label),
        voided=is_voided(label),
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
    )


def _state_of_label(label: Label) -> ParcelState:
    if is_voided(label):
        return ParcelState.CANCELLED
    if label.status == "processing" and label.tracking_number is None:
        return ParcelState.LABEL_CREATED
    return LABEL_TRACKING_STATUSES.get((label.tracking_status or "").lower(), ParcelState.UNKNOWN)


def _event(event: TrackEvent, carrier: str | None) -> ParcelEvent:
    return ParcelEvent(
        carrier_occurred_at=event.carrier_occurred_at,
        description=event.description,
        city_locality=event.city_locality,
        state_province=event.state_province,
        postal_code=event.postal_code,
        carrier_status_description=event.carrier_status_description,
        occurred_at=event.occurred_at,
        state=parcel_state(event.status_code, event.status_detail_code, carrier, event.carrier_detail_code),
        status_code=event.status_code,
        status_detail_code=event.status_detail_code,
        country_code=event.country_code,
    )


def _package_numbers(label: Label) -> tuple[str, ...]:
    numbers = [package.tracking_number for package in label.packages if package.tracking_number]
    return tuple(dict.fromkeys(numbers or ([label.tracking_number] if label.tracking_number else [])))
