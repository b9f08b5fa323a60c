"""Where is my order? Truthfully and in bounded time, from a merchant's ShipStation account (V2 API).

A :class:`ShipStationClient` reads the account; a :class:`TrackOrderAction` turns an order id into the documented
answer. ``shipstation_aissist.webhooks`` reads delivery notifications, ``shipstation_aissist.testing`` is a fake
ShipStation for tests.
"""

import logging

from shipstation_aissist._version import __version__
from shipstation_aissist.actions.bulk import TrackOrderOutcome
from shipstation_aissist.actions.track_order import TrackOrderAction
from shipstation_aissist.client import ConnectionStatus, ShipStationClient
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
    MalformedResponseError,
    NotFoundError,
    OrderNotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
    ShipStationError,
    WebhookVerificationError,
)
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
from shipstation_aissist.orders.formats import DocumentedResponse, FullResponse
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.query import OrderQuery
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState
from shipstation_aissist.pager import Pager
from shipstation_aissist.steps import TraceStep

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "Address",
    "AlternativeIdentifier",
    "AmbiguousOrderError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConnectionStatus",
    "DocumentedResponse",
    "ErrorDetail",
    "Fulfillment",
    "FullResponse",
    "InternalServerError",
    "InvalidOrderIdError",
    "Label",
    "LabelPackage",
    "MalformedResponseError",
    "NotFoundError",
    "OrderNotFoundError",
    "OrderQuery",
    "OrderState",
    "Page",
    "Pager",
    "Parcel",
    "ParcelEvent",
    "ParcelState",
    "PermissionDeniedError",
    "PlanUpgradeRequiredError",
    "RateLimitError",
    "ShipStationClient",
    "ShipStationError",
    "Shipment",
    "ShipmentItem",
    "TraceStep",
    "TrackEvent",
    "TrackOrderAction",
    "TrackOrderOutcome",
    "TrackOrderResponse",
    "TrackingInformation",
    "WebhookVerificationError",
    "__version__",
]

logging.getLogger(__name__).addHandler(logging.NullHandler())
