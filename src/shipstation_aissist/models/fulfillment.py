"""A fulfillment: an order that was marked as shipped elsewhere (API notes 8)."""

from __future__ import annotations

from datetime import datetime

import attrs

from shipstation_aissist.models.address import Address
from shipstation_aissist.models.privacy import hides


@attrs.frozen(kw_only=True, field_transformer=hides("notification_error_message", "ship_to"))
class Fulfillment:
    """One fulfillment (API notes 8.2): a number and a carrier's display name, no link and no events."""

    fulfillment_id: str
    shipment_id: str | None = None
    shipment_number: str | None = None
    user_id: str | None = None
    tracking_number: str | None = None
    created_at: datetime | None = None
    ship_date: datetime | None = None
    voided_at: datetime | None = None
    delivered_at: datetime | None = None
    fulfillment_carrier_friendly_name: str | None = None
    fulfillment_provider_friendly_name: str | None = None
    fulfillment_provider_code: str | None = None
    fulfillment_service_code: str | None = None
    void_requested: bool | None = None
    voided: bool | None = None
    order_source_notified: bool | None = None
    notification_error_message: str | None = None
    ship_to: Address | None = None
