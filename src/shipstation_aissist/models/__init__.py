"""What the API says, as frozen values named like the specification names them.

Nothing is coerced: ``""`` and ``null`` are both ``None``, timestamps are ``datetime`` (naive where the
API gave no offset), enumerations are plain strings because the wire holds values that no specification
lists (API notes 7.3), and keys that are not listed here are ignored.
"""

from shipstation_aissist.models.address import Address
from shipstation_aissist.models.fulfillment import Fulfillment
from shipstation_aissist.models.label import AlternativeIdentifier, Label, LabelPackage
from shipstation_aissist.models.page import Page
from shipstation_aissist.models.shipment import Shipment, ShipmentItem
from shipstation_aissist.models.tracking import TrackEvent, TrackingInformation

__all__ = [
    "Address",
    "AlternativeIdentifier",
    "Fulfillment",
    "Label",
    "LabelPackage",
    "Page",
    "Shipment",
    "ShipmentItem",
    "TrackEvent",
    "TrackingInformation",
]
