"""Delivery notifications: verify them, read them, lead them back to an order (API notes 9).

ShipStation posts them at least once and in any order, signed, without the order's number:

1. :meth:`WebhookVerifier.verify` says whether ShipStation sent the bytes (extra ``webhooks``), and
   :meth:`AsyncWebhookVerifier.verify` says so without blocking an event loop (extra ``async`` too);
2. :func:`parse_webhook` reads them;
3. ``TrackOrderAction.from_webhook`` leads the event back to its whole order.
"""

from shipstation_aissist.webhooks.async_verifier import AsyncWebhookVerifier
from shipstation_aissist.webhooks.events import WebhookEvent, describe, parse_webhook
from shipstation_aissist.webhooks.settings import DEFAULT_JWKS_URL
from shipstation_aissist.webhooks.verifier import WebhookVerifier

__all__ = ["DEFAULT_JWKS_URL", "AsyncWebhookVerifier", "WebhookEvent", "WebhookVerifier", "describe", "parse_webhook"]
