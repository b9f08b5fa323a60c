"""What an attempt came to, as both exchanges tell it: a reply within bounds, or an error that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shipstation_aissist.errors import APIConnectionError
from shipstation_aissist.transport.certificates import advice_on_certificate
from shipstation_aissist.transport.http1 import LARGEST_BODY
from shipstation_aissist.wire.replies import Reply, one_line
from shipstation_aissist.wire.requests import ApiRequest
from shipstation_aissist.wire.unfolding import DamagedBodyError, unfold

_LONGEST_REASON = 200
_LONGEST_HEADER = 100
_ADVICE = "Check the network, the proxy settings and the base URL; https://status.shipstation.com tells about outages."


def reply_of(
    status: int,
    headers: Mapping[str, str],
    body: bytes | None,
    keep_on: Callable[[], object],
    redact: Callable[[str], str],
) -> Reply:
    """The reply as a value: its body unfolded within bounds, and what of its headers means something.

    Args:
        status: Its status.
        headers: Its headers, names in lower case or in any.
        body: As it was sent; ``None`` if it was refused for its size (T7).
        keep_on: Raises when the time is up; asked while a compressed body is unfolded (T1).
        redact: Takes the key out of what is quoted (T5).
    """
    coding = headers.get("content-encoding")
    damage = None
    if body is not None and coding is not None:
        try:
            body = unfold(body, coding, LARGEST_BODY, keep_on)
        except DamagedBodyError as fault:
            body, damage = b"", str(fault)
    request_id = headers.get("x-shipengine-requestid")
    return Reply(
        status,
        body,
        retry_after=headers.get("retry-after"),
        request_id=request_id and one_line(redact(request_id), _LONGEST_HEADER),
        date=headers.get("date"),
        damage=damage,
    )


def connection_error(
    request: ApiRequest[Any], fault: BaseException, redact: Callable[[str], str]
) -> APIConnectionError:
    """The error that stands for a fault of the connection; a certificate's is not tried again (T2).

    Args:
        request: What was asked.
        fault: What came instead of a reply.
        redact: Takes the key out of what is quoted (T5).
    """
    advice = advice_on_certificate(fault)
    root = root_of(fault)
    reason = one_line(redact(str(root) or type(root).__name__), _LONGEST_REASON)
    error = APIConnectionError(f"{request.label} got no complete reply: {reason}. {advice or _ADVICE}")
    if advice is not None:
        error.retryable = False
    return error


def root_of(fault: BaseException) -> BaseException:
    """The fault that the layers of a library have wrapped."""
    while True:
        inner = getattr(fault, "reason", None)
        inner = inner if isinstance(inner, BaseException) else fault.__cause__ or fault.__context__
        if inner is None and fault.args and isinstance(fault.args[0], BaseException):
            inner = fault.args[0]
        if inner is None:
            return fault
        fault = inner
