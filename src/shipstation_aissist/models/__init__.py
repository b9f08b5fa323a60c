"""What the API says, as frozen values named like the specification names them.

Nothing is coerced: ``""`` and ``null`` are both ``None``, timestamps are ``datetime`` (naive where the
API gave no offset), enumerations are plain strings because the wire holds values that no specification
lists (API notes 7.3), and keys that are not listed here are ignored.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

# Each is made when it is first asked for, which takes attrs nearly a millisecond (target P4).
_MODULES = {
    "Address": "address",
    "AlternativeIdentifier": "label",
    "Fulfillment": "fulfillment",
    "Label": "label",
    "LabelPackage": "label",
    "Page": "page",
    "Shipment": "shipment",
    "ShipmentItem": "shipment",
    "TrackEvent": "tracking",
    "TrackingInformation": "tracking",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
