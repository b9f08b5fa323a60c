"""Replies as values: which error a status is, and what ``Retry-After`` says (API notes 2, 3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

import attrs

from shipstation_aissist.errors import (
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ErrorDetail,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
    PermissionDeniedError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from shipstation_aissist.texts import is_code, is_field_name
from shipstation_aissist.wire.requests import ApiRequest

if TYPE_CHECKING:
    from shipstation_aissist.wire.decoding import Decoded

T = TypeVar("T")

_LONGEST_RETRY_AFTER = 1e9  # thirty years, so that no number of digits becomes an infinity
_LONGEST_QUOTE = 500
_LONGEST_NAME = 100
_MOST_DETAILS = 20
_SOME_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_THIRD_PARTIES = frozenset({"carrier", "order_source"})
_PLAN_CODES = frozenset({"subscription_inactive", "trial_expired", "invalid_billing_plan"})
_PLAN_WORDS = r"billing plan|upgrade|\bplan\b"


@attrs.frozen
class Reply:
    """One complete reply: its status, its body, and the headers that mean something.

    ``body`` is ``None`` where it was refused for its size (T7); ``damage`` says what is wrong with one that could not
    be unfolded. ``date`` is when the server says that it is, as the header says it.
    """

    status: int
    body: bytes | None
    retry_after: str | None = None
    request_id: str | None = None
    date: str | None = None
    damage: str | None = None


def read(
    request: ApiRequest[T],
    reply: Reply,
    now: datetime,
    redact: Callable[[str], str] = str,
    is_over: Callable[[], bool] | None = None,
) -> Decoded[T] | APIError:
    """What a reply says: the value that was asked for, or the error it stands for.

    Args:
        request: What was asked.
        reply: What came back.
        now: The time of day, for a ``Retry-After`` that is a date in a reply without one.
        redact: Takes the key out of what an error quotes, for an API that quotes it back (T5).
        is_over: Says whether the call's time is over; reading ends then (T1). ``None`` for no bound.
    """
    if not 200 <= reply.status < 300:
        return status_error(reply, now, redact)
    from shipstation_aissist.wire.decoding import decode, unreadable  # at the first reply (target P4)
    from shipstation_aissist.wire.reading import OutOfTimeError

    if reply.body is None:
        return MalformedResponseError(
            "ShipStation's reply is larger than 10 MiB and was refused; ask for smaller pages.", problems=("$",)
        )
    if reply.damage is not None:
        return unreadable(reply.damage)
    try:
        return decode(reply.body, request.shape, asked_for=request.asked_for, is_over=is_over)
    except MalformedResponseError as fault:
        return fault.with_traceback(None)
    except OutOfTimeError:
        return APITimeoutError(
            "ShipStation's reply came, but the time of the call ran out while it was read; ask for smaller pages or "
            "give the client a longer timeout."
        )


def status_error(reply: Reply, now: datetime, redact: Callable[[str], str] = str) -> APIStatusError:
    """The error that a status other than a success stands for; a bad body or header never hides it (T2)."""
    details, request_id = _read_error_body(reply.body, redact)
    request_id = request_id or reply.request_id
    kind = _error_class(reply.status, details)
    said = one_line("; ".join(detail.message for detail in details if detail.message), _LONGEST_QUOTE)
    message = f"ShipStation answered {reply.status}{f' ({said})' if said else ''}. {_advice(kind, reply.status)}"
    if request_id:
        message += f" Request id: {request_id}."
    return kind(
        message,
        status_code=reply.status,
        request_id=request_id,
        errors=details,
        retry_after=parse_retry_after(reply.retry_after, now, reply.date),
    )


def third_party_fault(error: APIStatusError) -> bool:
    """Whether every entry names a carrier or a store as its source (API notes 2.3, 3.5)."""
    sources = [(detail.error_source or "").lower() for detail in error.errors]
    return bool(sources) and all(source in _THIRD_PARTIES for source in sources)


def error_codes(error: APIError | None) -> tuple[str, ...]:
    """Of each entry of an error of the API its code, with its field in brackets if it names one; never its words.

    Args:
        error: An error, or ``None``.

    Returns:
        ``("invalid_field_value (store_id)",)``; ``***`` stands for what does not have the form of a code or a field.
    """
    if not isinstance(error, APIStatusError):
        return ()
    told = []
    for detail in error.errors:
        code = detail.error_code and (detail.error_code if is_code(detail.error_code) else "***")
        field = detail.field_name and (detail.field_name if is_field_name(detail.field_name) else "***")
        if code or field:
            told.append(f"{code or 'no code'} ({field})" if field else f"{code}")
    return tuple(told)


def parse_retry_after(value: str | None, now: datetime, date: str | None = None) -> float | None:
    """Seconds to wait: the header holds seconds or an HTTP date; anything else counts as absent.

    Args:
        value: What the header says.
        now: The time of day on this machine.
        date: What the reply's own ``Date`` says. A moment is read against it, since the clocks of two machines differ.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return min(float(value), _LONGEST_RETRY_AFTER)
    moment = _moment(value)
    if moment is None:
        return None
    sent_at = _moment(date) if date is not None else None
    return min(max(0.0, (moment - (sent_at or now)).total_seconds()), _LONGEST_RETRY_AFTER)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:  # "-0000": UTC by RFC 5322
            moment = moment.replace(tzinfo=UTC)
        _ = moment - _SOME_MOMENT  # an offset can lead it out of the calendar
        return moment
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _error_class(status: int, details: tuple[ErrorDetail, ...]) -> type[APIStatusError]:
    if status == 401:
        return PlanUpgradeRequiredError if _is_plan_limit(details) else AuthenticationError
    if 500 <= status < 600:
        return InternalServerError
    return _BY_STATUS.get(status, APIStatusError)


def _is_plan_limit(details: tuple[ErrorDetail, ...]) -> bool:
    """401 is also an entitlement wall; only the message tells (API notes 1.8)."""
    return any(
        detail.error_code in _PLAN_CODES or (detail.message and re.search(_PLAN_WORDS, detail.message, re.IGNORECASE))
        for detail in details
    )


def _advice(kind: type[APIStatusError], status: int) -> str:
    if 300 <= status < 400:
        return "Redirects are not followed, so that the key goes nowhere else: check the base URL."
    return _ADVICE.get(kind, "Check the request against the API reference.")


def one_line(text: str, longest: int) -> str:
    """What somebody else says, as the message of an error and a line of a log can hold it: one line, cut short (T8)."""
    start = text[: 4 * longest]
    shown = " ".join((start if start.isprintable() else "".join(c if c.isprintable() else " " for c in start)).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _read_error_body(body: bytes | None, redact: Callable[[str], str]) -> tuple[tuple[ErrorDetail, ...], str | None]:
    """Tolerant by need: some errors have an empty body, some are a proxy's HTML (API notes 3.7)."""
    from shipstation_aissist.wire.decoding import parse_json

    try:
        document = parse_json(body or b"")
    except MalformedResponseError:
        return (), None
    if not isinstance(document, dict):
        return (), None
    entries = document.get("errors")

    def text(value: object, longest: int = _LONGEST_NAME) -> str | None:
        return one_line(redact(value), longest) or None if isinstance(value, str) else None

    details = [
        ErrorDetail(
            **{
                name: text(entry.get(name), _LONGEST_QUOTE if name == "message" else _LONGEST_NAME)
                for name in _DETAIL_NAMES
            }
        )
        for entry in (entries[:_MOST_DETAILS] if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    ]
    return tuple(details), text(document.get("request_id"))


_DETAIL_NAMES = [field.name for field in attrs.fields(ErrorDetail)]

_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
}

_ADVICE: dict[type[APIStatusError], str] = {
    AuthenticationError: "Check the API key: it must be a V2 key (Settings > Account > API Settings), and making a "
    "new one replaces the old one.",
    PlanUpgradeRequiredError: "The key is good, but the account's plan does not include this; upgrade the plan or do "
    "without it.",
    PermissionDeniedError: "The account may not read this; check its plan and the terms to accept in ShipStation.",
    BadRequestError: "Check the values of the filters.",
    NotFoundError: "Check the id.",
    RateLimitError: "An account has 200 requests a minute: wait, ask less often, or ask ShipStation for more.",
    InternalServerError: "Try again later; https://status.shipstation.com tells about outages.",
}
