"""Where is my order? Truthfully and in bounded time, from a merchant's ShipStation account (V2 API).

A :class:`ShipStationClient` reads the account; a :class:`TrackOrderAction` turns an order id into the documented
answer. ``shipstation_aissist.webhooks`` reads delivery notifications, ``shipstation_aissist.testing`` is a fake
ShipStation for tests.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING

from shipstation_aissist._version import __version__
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.connection_test import ConnectionStatus
from shipstation_aissist.errors import (
    AmbiguousOrderError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ErrorDetail,
    InternalServerError,
    InvalidOrderIdError,
    InvalidRecipientCheckError,
    MalformedResponseError,
    NotFoundError,
    OrderNotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
    ShipStationError,
    WebhookVerificationError,
)
from shipstation_aissist.pager import Pager
from shipstation_aissist.steps import TraceStep

if TYPE_CHECKING:
    from shipstation_aissist.actions.bulk import TrackOrderOutcome
    from shipstation_aissist.actions.integration import Integration
    from shipstation_aissist.actions.smart_action import Execution, Moment, SmartAction, Trigger
    from shipstation_aissist.actions.tools import ToolResult
    from shipstation_aissist.actions.trace import ActionTrace
    from shipstation_aissist.actions.track_order import TrackOrderAction
    from shipstation_aissist.aio.client import AsyncShipStationClient as AsyncShipStationClient
    from shipstation_aissist.aio.integration import AsyncIntegration as AsyncIntegration
    from shipstation_aissist.aio.pager import AsyncPager as AsyncPager
    from shipstation_aissist.aio.track_order import AsyncTrackOrderAction as AsyncTrackOrderAction
    from shipstation_aissist.models import (
        Address,
        AlternativeIdentifier,
        Fulfillment,
        Label,
        LabelPackage,
        Page,
        Shipment,
        ShipmentItem,
        TrackEvent,
        TrackingInformation,
    )
    from shipstation_aissist.orders.attention import Attention
    from shipstation_aissist.orders.formats import DocumentedResponse, FullResponse
    from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
    from shipstation_aissist.orders.patience import Patience
    from shipstation_aissist.orders.query import OrderQuery
    from shipstation_aissist.orders.response import TrackOrderResponse
    from shipstation_aissist.orders.states import OrderState, ParcelState

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "ActionTrace",
    "Address",
    "AlternativeIdentifier",
    "AmbiguousOrderError",
    "Attention",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConnectionStatus",
    "DocumentedResponse",
    "ErrorDetail",
    "Execution",
    "Fulfillment",
    "FullResponse",
    "Integration",
    "InternalServerError",
    "InvalidOrderIdError",
    "InvalidRecipientCheckError",
    "Label",
    "LabelPackage",
    "MalformedResponseError",
    "Moment",
    "NotFoundError",
    "OrderNotFoundError",
    "OrderQuery",
    "OrderState",
    "Page",
    "Pager",
    "Parcel",
    "ParcelEvent",
    "ParcelItem",
    "ParcelState",
    "Patience",
    "PermissionDeniedError",
    "PlanUpgradeRequiredError",
    "RateLimitError",
    "ShipStationClient",
    "ShipStationError",
    "Shipment",
    "ShipmentItem",
    "SmartAction",
    "ToolResult",
    "TraceStep",
    "TrackEvent",
    "TrackOrderAction",
    "TrackOrderOutcome",
    "TrackOrderResponse",
    "TrackingInformation",
    "Trigger",
    "WebhookVerificationError",
    "__version__",
]

# The asynchronous names are not in __all__: a star import must not load an extra.
# What stands on the client, and the models, are imported when they are first asked for: services that only read the
# account, and a command line that only prints its help, do not wait for it (target P4).
_ON_FIRST_USE = {
    "AsyncShipStationClient": "aio.client",
    "AsyncIntegration": "aio.integration",
    "AsyncPager": "aio.pager",
    "AsyncTrackOrderAction": "aio.track_order",
    "TrackOrderOutcome": "actions.bulk",
    "Integration": "actions.integration",
    "Execution": "actions.smart_action",
    "Moment": "actions.smart_action",
    "SmartAction": "actions.smart_action",
    "Trigger": "actions.smart_action",
    "ToolResult": "actions.tools",
    "ActionTrace": "actions.trace",
    "TrackOrderAction": "actions.track_order",
    "Address": "models",
    "AlternativeIdentifier": "models",
    "Fulfillment": "models",
    "Label": "models",
    "LabelPackage": "models",
    "Page": "models",
    "Shipment": "models",
    "ShipmentItem": "models",
    "TrackEvent": "models",
    "TrackingInformation": "models",
    "Attention": "orders.attention",
    "DocumentedResponse": "orders.formats",
    "FullResponse": "orders.formats",
    "Parcel": "orders.parcel",
    "ParcelEvent": "orders.parcel",
    "ParcelItem": "orders.parcel",
    "Patience": "orders.patience",
    "OrderQuery": "orders.query",
    "TrackOrderResponse": "orders.response",
    "OrderState": "orders.states",
    "ParcelState": "orders.states",
}

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    module = _ON_FIRST_USE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value: object = getattr(import_module(f"{__name__}.{module}"), name)
    except ModuleNotFoundError as missing:
        if module.startswith("aio.") and missing.name in ("anyio", "httpx2"):
            raise ImportError(f"{name} needs the extra async: pip install 'shipstation-aissist[async]'") from None
        raise
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
