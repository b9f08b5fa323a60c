"""Delivery notifications: verify them, read them, lead them back to an order (design 2.7, api-facts 9).

ShipStation posts them at least once and in any order, signed, without the order's number:

1. :meth:`WebhookVerifier.verify` says whether ShipStation sent the bytes (extra ``webhooks``);
2. :func:`parse_webhook` reads them;
3. ``TrackOrderAction.from_webhook`` leads the event back to its whole order.
"""

from shipstation_aissist.webhooks.events import WebhookEvent, describe, parse_webhook
from shipstation_aissist.webhooks.verifier import DEFAULT_JWKS_URL, WebhookVerifier

__all__ = ["DEFAULT_JWKS_URL", "WebhookEvent", "WebhookVerifier", "describe", "parse_webhook"]
