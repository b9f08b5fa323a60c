"""Which fields must have their documented type: those that a rule reads. Any other is ``None`` where it has not.

A rule that reads a wrong value would show somebody a stranger's parcel; a ``quantity`` that came as a text must not
cost the customer the answer. A field of a model that no list here names is not read by a rule.
"""

from __future__ import annotations

from shipstation_aissist.models import (
    Address,
    AlternativeIdentifier,
    Fulfillment,
    Label,
    LabelPackage,
    Shipment,
    ShipmentItem,
    TrackEvent,
    TrackingInformation,
)

READ_BY_RULES: dict[type, frozenset[str]] = {
    Shipment: frozenset(
        {
            *("shipment_id", "shipment_number", "external_shipment_id", "shipment_status", "store_id", "is_return"),
            *("created_at", "ship_date", "ship_by_date", "hold_until_date", "deliver_by_date", "ship_to"),
        }
    ),
    ShipmentItem: frozenset(),
    Address: frozenset({"name", "email", "address_line1", "postal_code", "country_code"}),
    Label: frozenset(
        {
            *("label_id", "shipment_id", "tracking_number", "packages", "alternative_identifiers", "rma_number"),
            *("status", "tracking_status", "trackable", "voided", "voided_at", "is_return_label"),
            *("carrier_code", "created_at", "ship_date"),
        }
    ),
    LabelPackage: frozenset({"tracking_number", "alternative_identifiers"}),
    AlternativeIdentifier: frozenset({"value"}),
    TrackingInformation: frozenset(
        {
            *("tracking_number", "status_code", "status_detail_code", "carrier_code", "carrier_detail_code"),
            *("ship_date", "estimated_delivery_date", "actual_delivery_date", "events"),
        }
    ),
    TrackEvent: frozenset(
        {
            *("occurred_at", "carrier_occurred_at"),
            *("status_code", "status_detail_code", "carrier_detail_code", "event_code"),
        }
    ),
    Fulfillment: frozenset(
        {
            *("fulfillment_id", "shipment_id", "shipment_number", "tracking_number"),
            *("voided", "voided_at", "created_at", "ship_date", "delivered_at"),
        }
    ),
}
"""The fields of each model that a rule reads."""
