"""The errors of this library: one tree, one base class, every message says what to do next.

An error holds plain values only: no request, response, header or key (promise T5), so each of them
can be pickled, logged and sent to an error tracker as it is. The attributes are keyword arguments
with defaults, which is what lets :mod:`pickle` and :mod:`copy` rebuild an error from its message.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "AmbiguousOrderError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ErrorDetail",
    "InternalServerError",
    "InvalidOrderIdError",
    "InvalidRecipientCheckError",
    "MalformedResponseError",
    "NotFoundError",
    "OrderNotFoundError",
    "PermissionDeniedError",
    "PlanUpgradeRequiredError",
    "RateLimitError",
    "ShipStationError",
    "WebhookVerificationError",
]


@attrs.frozen
class ErrorDetail:
    """One entry of the ``errors`` array of an error reply (API notes 3.1).

    Every field is the API's own text or ``None``. ``error_source`` is ``"shipengine"`` for the
    platform itself, ``"carrier"`` or ``"order_source"`` for a third party (API notes 3.2).
    """

    error_source: str | None = None
    error_type: str | None = None
    error_code: str | None = None
    message: str | None = None
    field_name: str | None = None


class ShipStationError(Exception):
    """Base class of every error that this library raises on purpose."""


class ConfigurationError(ShipStationError, ValueError):
    """A client, action or integration was set up with something unusable. Nothing was sent."""


class ClientClosedError(ShipStationError):
    """The client was closed before this call. Nothing was sent."""


class InvalidOrderIdError(ShipStationError, ValueError):
    """The order id cannot be one (rule R1); the message says which format is expected. Nothing was sent."""


class InvalidRecipientCheckError(ShipStationError, ValueError):
    """A postal code or an e-mail address that proves nothing: blank, or no e-mail at all (R1). Nothing was sent."""


class OrderNotFoundError(ShipStationError):
    """No order matches.

    A postal code or an e-mail address that does not match gives exactly this error too: a guesser learns nothing (R5).
    """


class AmbiguousOrderError(ShipStationError):
    """The number stands for several orders (R4).

    Attributes:
        store_ids: The ids of the stores in which it was found, sorted; pass one of them as ``store_id``,
            or ask the customer for the postal code.
    """

    def __init__(self, message: str = "", *, store_ids: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.store_ids: tuple[str, ...] = tuple(store_ids)


class WebhookVerificationError(ShipStationError):
    """A delivery notification cannot be trusted: do not read it, answer with status 401."""


class APIError(ShipStationError):
    """The API could not be asked, or its answer could not be used."""


class APIConnectionError(APIError):
    """No complete reply arrived: the host could not be reached, or the connection broke.

    Attributes:
        retryable: Whether asking again may help; not where a certificate is not trusted, which stays as it is (T2).
    """

    retryable: bool = True


class APITimeoutError(APIConnectionError):
    """The time ran out before a complete reply arrived."""


class MalformedResponseError(APIError):
    """A complete reply arrived that is not what the API promises (T7).

    Attributes:
        problems: JSON paths of what is wrong (``"$.labels[0].label_id"``); values are never echoed.
    """

    def __init__(self, message: str = "", *, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems: tuple[str, ...] = tuple(problems)


class APIStatusError(APIError):
    """The API answered with a status that is not a success (a redirect is one: T4).

    Attributes:
        status_code: The HTTP status.
        request_id: The id that ShipStation's support asks for, or ``None``.
        errors: The entries of the reply's ``errors`` array; empty when the body had none.
        retry_after: Seconds after which the API wants to be asked again, or ``None``.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status_code: int = 0,
        request_id: str | None = None,
        errors: Sequence[ErrorDetail] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.request_id = request_id
        self.errors: tuple[ErrorDetail, ...] = tuple(errors)
        self.retry_after = retry_after


class BadRequestError(APIStatusError):
    """400: the API refused a filter's value."""


class AuthenticationError(APIStatusError):
    """401: the API key is missing, wrong or was replaced."""


class PlanUpgradeRequiredError(APIStatusError):
    """401: the key is good, but the account's plan does not include this resource (API notes 1.8)."""


class PermissionDeniedError(APIStatusError):
    """403: the key may not read this resource."""


class NotFoundError(APIStatusError):
    """404: no such record."""


class RateLimitError(APIStatusError):
    """429: too many requests; ``retry_after`` says for how many seconds to wait, if the API said so.

    Also raised, with nothing sent, when the account is in a pause that outlasts the call's time (T3).
    """


class InternalServerError(APIStatusError):
    """5xx: ShipStation, or a carrier behind it, failed."""
