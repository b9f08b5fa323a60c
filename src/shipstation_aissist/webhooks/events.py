"""What a delivery notification says (API notes 9.3). Pure: nothing is asked, and no URL is followed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import attrs

from shipstation_aissist.configuration import is_loopback
from shipstation_aissist.errors import MalformedResponseError
from shipstation_aissist.models import TrackingInformation
from shipstation_aissist.orders.carriers import carrier_name
from shipstation_aissist.orders.states import DISPLAY_NAMES
from shipstation_aissist.orders.tracking_state import state_of_tracking
from shipstation_aissist.webhooks.claims import raw_bytes
from shipstation_aissist.wire.decoding import Decoded, parse_json, structure
from shipstation_aissist.wire.requests import TRACKING, is_sendable

_TRACKING_EVENTS = frozenset({"TRACK_EVENT_V2", "API_TRACK"})
_API_HOST = re.compile(r"api(\.[a-z0-9-]+)?\.(shipstation|shipengine)\.com")  # with a region: api.eu.shipengine.com
_LABEL_PATH = re.compile(r"/labels/([^/]+)(?:/track)?/?\Z")
_MOST_NESTED = 100
_IDENTIFIER = re.compile(r"[A-Za-z0-9](\.?[A-Za-z0-9_:-]+)*")


@attrs.frozen(kw_only=True)
class WebhookEvent:
    """One notification, whatever its type: a type that is not known has what every one has.

    Attributes:
        event_type: ``resource_type`` as it came: ``TRACK_EVENT_V2``, ``API_TRACK``, ``LABEL_CREATED_V2``,
            ``SHIPMENT_CREATED_V2``, ``FULFILLMENT_SHIPPED_V2``, ``FULFILLMENT_REJECTED_V2``, ``BATCH_PROCESSED_V2``,
            or another (API notes 9.2).
        resource_url: Where ShipStation says that the record is, or ``None``. It is never followed.
        label_id: The label that the URL names, or ``None``.
        tracking: What a tracking event says of the parcel; ``None`` for other events, or if it says nothing.
        tracking_number: The number that a tracking event is about, from its URL or else from ``tracking``.
        carrier_code: Whose number that is, as ShipStation spells it, or ``None``.
        warnings: What could not be read and was left out, one sentence each.
    """

    event_type: str
    resource_url: str | None = None
    label_id: str | None = None
    tracking: TrackingInformation | None = None
    tracking_number: str | None = None
    carrier_code: str | None = None
    warnings: tuple[str, ...] = ()
    _data: Any = attrs.field(
        default=None, alias="data", repr=False, hash=False
    )  # of events that are not about tracking
    _known_key: str | None = attrs.field(default=None, init=False, repr=False, eq=False)

    @property
    def dedup_key(self) -> str:
        """64 hexadecimal digits: the same whenever the same state is delivered again, another for each new state.

        It is worked out when it is first asked for. Compare keys of one version of the library only.
        """
        key = self._known_key
        if key is None:
            if self.tracking is None:
                key = _hash(self.event_type, self.resource_url, self._data)
            else:
                # Of tracking only what the models hold: a key that ShipStation adds to each delivery makes no new
                # state.
                key = _hash(self.event_type, self.label_id or self.tracking_number, attrs.asdict(self.tracking))
            object.__setattr__(self, "_known_key", key)  # the same whoever works it out, so no lock is needed
        return key


def parse_webhook(body: bytes | bytearray | memoryview | str) -> WebhookEvent:
    """Read the body of a notification; let :meth:`WebhookVerifier.verify` look at it first.

    Args:
        body: The raw body, as it was verified: bytes of any kind, or text.

    Returns:
        The event; one of an unknown type too.

    Raises:
        MalformedResponseError: It is not JSON or not of the documented shape, or its URL leads to a host that is not
            ShipStation's API; ``problems`` holds the JSON paths.
        TypeError: ``body`` is neither bytes nor ``str``.

    Example:
        >>> event = parse_webhook('{"resource_url": "https://api.shipstation.com/v2/labels/se-7/track",'
        ...                       ' "resource_type": "TRACK_EVENT_V2", "data": {"status_code": "DE"}}')
        >>> event.label_id, event.tracking.status_code
        ('se-7', 'DE')

    Source: https://docs.shipstation.com/apis/docs/guides/webhooks-schemas, API notes 9.3.
    """
    document = _read_json(body)
    if type(document) is not dict:
        raise _malformed("$")
    event_type = document.get("resource_type")
    if type(event_type) is not str or not event_type.strip() or not event_type.isprintable():
        raise _malformed("$.resource_type")
    resource = _read_resource(document.get("resource_url"))
    data = document.get("data")
    if event_type.upper() not in _TRACKING_EVENTS or data in (None, ""):
        _check_nesting(data)
        return WebhookEvent(
            event_type=event_type,
            resource_url=resource.url,
            label_id=resource.label_id,
            tracking_number=resource.tracking_number,
            carrier_code=resource.carrier_code,
            data=data,
        )
    decoded = _read_tracking(data)
    tracking = decoded.value
    return WebhookEvent(
        event_type=event_type,
        resource_url=resource.url,
        label_id=resource.label_id,
        tracking=tracking,
        tracking_number=resource.tracking_number or _usable(tracking.tracking_number),
        carrier_code=resource.carrier_code or _usable(tracking.carrier_code),
        warnings=tuple(f"The value at {_in_data(path)} cannot be read." for path in decoded.unreadable),
    )


def check_event(event: object) -> None:
    """Make sure that something is an event.

    Raises:
        TypeError: It is none; the message says what makes one.
    """
    if not isinstance(event, WebhookEvent):
        raise TypeError(
            f"event must be what shipstation_aissist.webhooks.parse_webhook returns, not {type(event).__name__}"
        )


def describe(event: WebhookEvent) -> str:
    """What an event says, in one line for a person; of a scan only the carrier's description of it."""
    about = [f"label {event.label_id}"] if event.label_id else []
    if event.tracking_number:
        carrier = carrier_name(event.carrier_code)
        about.append(f"parcel {event.tracking_number}{f' ({carrier})' if carrier else ''}")
    subject = ", ".join(about) or event.resource_url
    line = f"{event.event_type} about {subject}" if subject else event.event_type
    if event.tracking is None:
        return line
    state = state_of_tracking(event.tracking, event.carrier_code)
    newest = next((scan.description for scan in event.tracking.events if scan.description), None)
    return f"{line}: {DISPLAY_NAMES[state]}{f', last: {newest}' if newest else ''}"


def _read_json(body: object) -> Any:
    raw = raw_bytes(body)
    try:
        return parse_json(raw)
    except MalformedResponseError:
        pass  # its advice is about replies; and nothing is chained, so that no error holds the body (T5)
    raise MalformedResponseError(
        "The notification is not JSON. Pass the raw body of the request, unread and unchanged.", problems=("$",)
    )


# --- the resource: ids are read out of its URL, our own paths are built from them ------------------------------------


@attrs.frozen(kw_only=True)
class _Resource:
    url: str | None = None
    label_id: str | None = None
    tracking_number: str | None = None
    carrier_code: str | None = None


def _read_resource(url: object) -> _Resource:
    if url is None or url == "":
        return _Resource()
    parts = _split(url) if isinstance(url, str) else None
    if not isinstance(url, str) or parts is None:
        raise _malformed("$.resource_url")
    if not _is_of_the_api(parts):
        raise MalformedResponseError(
            "The notification's resource URL leads to a host that is not ShipStation's API, so it was refused. Drop "
            "this notification; if it was verified, report it to ShipStation.",
            problems=("$.resource_url",),
        )
    query = parse_qs(parts.query)
    in_path = _LABEL_PATH.search(parts.path)
    label_id = unquote(in_path[1]) if in_path else _one(query, "label_id")
    if label_id is not None and not _IDENTIFIER.fullmatch(label_id):
        raise _malformed("$.resource_url")
    return _Resource(
        url=url,
        label_id=label_id,
        tracking_number=_one(query, "tracking_number"),
        carrier_code=_one(query, "carrier_code"),
    )


def _split(url: str) -> SplitResult | None:
    """The URL's parts, or ``None`` if it is one that parsers understand differently."""
    if not url.isprintable() or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    strays = any(unquote(segment) in (".", "..") for segment in parts.path.split("/"))
    return None if strays or "@" in parts.netloc else parts


def _is_of_the_api(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    is_api = parts.scheme == "https" and _API_HOST.fullmatch(host) is not None
    return is_api or (parts.scheme in ("http", "https") and is_loopback(host))  # a fake's


def _one(query: dict[str, list[str]], name: str) -> str | None:
    """The value of a name of the URL's query; two of them would be two subjects."""
    values = query.get(name, [])
    if len(values) > 1 or not all(is_sendable(value) for value in values):
        raise _malformed("$.resource_url")
    return values[0] if values else None


def _usable(text: str | None) -> str | None:
    """A text that the API can be asked for, or ``None``."""
    return text if text is not None and is_sendable(text) else None


# --- the data -------------------------------------------------------------------------------------------------------


def _read_tracking(data: object) -> Decoded[TrackingInformation]:
    try:
        return structure(data, TRACKING)
    except MalformedResponseError as fault:
        problems = [_in_data(path) for path in fault.problems]
    raise _malformed(*problems)


def _in_data(path: str) -> str:
    return f"$.data{path.removeprefix('$')}"


def _check_nesting(data: object) -> None:
    """JSON may be nested so deeply that it can be read, but not hashed, compared or pickled: that is nobody's data."""
    level = [data]
    for _ in range(_MOST_NESTED):
        level = [inner for value in level if isinstance(value, dict | list) for inner in _inside(value)]
        if not level:
            return
    raise _malformed("$.data")


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _hash(*said: object) -> str:
    """A hash of what the event says, not of its bytes: neither spacing nor the order of keys makes a new state."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _malformed(*problems: str) -> MalformedResponseError:
    return MalformedResponseError(
        f"The notification does not have the documented shape at {', '.join(problems)}. Drop it; if this persists, "
        "report it with these paths.",
        problems=problems,
    )
