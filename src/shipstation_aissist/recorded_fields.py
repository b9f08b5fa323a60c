"""What may stand in a recording, by the name of the field: all else is dropped."""

from __future__ import annotations

import re


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Under pseudonyms.
NUMBERS = _names(
    """
    shipment_id label_id fulfillment_id store_id carrier_id warehouse_id batch_id package_id shipment_package_id
    external_shipment_id external_order_id external_order_item_id external_package_id sales_order_id
    sales_order_item_id shipment_number tracking_number rma_number order_source_id fulfillment_provider_id value sku
    """
)
DATES = _names(
    """
    created_at modified_at ship_date ship_by_date hold_until_date deliver_by_date voided_at delivered_at occurred_at
    carrier_occurred_at estimated_delivery_date actual_delivery_date
    """
)
WORDS = _names(
    """
    name company_name address_line1 address_line2 address_line3 city_locality
    """
)
# As they are.
CODES = _names(
    """
    shipment_status status label_status tracking_status status_code status_detail_code carrier_status_code
    carrier_detail_code event_code carrier_code service_code package_code order_source_code country_code void_type
    type fulfillment_provider_code fulfillment_service_code address_residential_indicator
    """
)
FLAGS = _names(
    """
    is_return is_gift is_return_label voided trackable is_international void_requested order_source_notified
    sequence quantity
    """
)
COUNTS = _names(
    """
    total page pages
    """
)
# As they are if they are a common phrase.
TEXTS = _names(
    """
    description status_description status_detail_description carrier_status_description exception_description
    fulfillment_carrier_friendly_name fulfillment_provider_friendly_name requested_shipment_service
    notification_error_message
    """
)
# With what of them may stand there.
OBJECTS = _names(
    """
    ship_to items packages alternative_identifiers events shipments labels fulfillments errors
    """
)
OTHERS = _names(
    """
    postal_code email phone state_province tracking_url
    """
)
ALL = NUMBERS | DATES | WORDS | CODES | FLAGS | COUNTS | TEXTS | OTHERS | OBJECTS

# What a rule reads at the beginning of a text (R13); the rest of it may name anybody.
BEGINNINGS = re.compile(
    r"\s*(out for delivery\b|shipping label created|label created|pre-shipment|usps awaiting item)", re.IGNORECASE
)

# What carriers say again and again; compared without case and full stop.
PHRASES = frozenset(
    phrase.strip()
    for phrase in """
    delivered; in transit; accepted; exception; unknown; not yet in system; delivery attempt; out for delivery;
    delivered to collection location; arrived at facility; departed facility; arrived at post office; in transit to
    next facility; picked up; shipment picked up; arrived at fedex location; left fedex origin facility; at local
    fedex facility; on fedex vehicle for delivery; shipment information sent to fedex; label created; shipping label
    created, usps awaiting item; pre-shipment; order processed: ready for ups; shipper created a label; the package
    has left the carrier facility; origin scan; destination scan; departure scan; arrival scan; out for delivery
    today; loaded on delivery vehicle; delivery attempted; delayed; held; held at post office; customs clearance;
    cleared customs; return to sender; returning to sender; returned to sender; delivered, to original sender;
    delivered, front door/porch; delivered, in/at mailbox; delivered, left with individual; delivered to neighbour;
    refused; package refused by recipient; lost; damaged; address issue; no access; available for pickup; ready for
    pickup; awaiting collection; usps; ups; fedex; dhl; dhl express; dhl ecommerce; canada post; royal mail;
    australia post; ontrac; lasership; gls; dpd; evri; amazon shipping; purolator; postnl; yodel; united states
    postal service; united parcel service; federal express
    """.replace("\n", " ").split(";")
)
