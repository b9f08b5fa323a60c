"""What can be asked: one value per request, one function per endpoint (API notes 5 to 8).

A request knows its path, its query and the shape of its answer; it knows no host, key or time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Generic, TypeAlias, TypeVar
from urllib.parse import quote, quote_plus, unquote

import attrs

from shipstation_aissist import models

T = TypeVar("T")

_MOST_DECODINGS = 5
_LONGEST_NAME = 100
_BEYOND_NUMBERS = 1e300  # a greater whole number is no float any more, or too long to be written

JSONValue: TypeAlias = "bool | int | float | str | list[JSONValue] | dict[str, JSONValue] | None"
AskedFor: TypeAlias = "tuple[tuple[str, str], ...]"
QueryValue: TypeAlias = str | int | float | bool | datetime | None


@attrs.frozen
class Shape(Generic[T]):
    """How an answer looks: a model, a list of a model under a key, or any JSON at all."""

    name: str | None = None
    collection: str | None = None

    @property
    def model(self) -> type | None:
        """The model, made when a first answer is read."""
        return None if self.name is None else getattr(models, self.name)


SHIPMENT: Shape[models.Shipment] = Shape("Shipment")
LABEL: Shape[models.Label] = Shape("Label")
TRACKING: Shape[models.TrackingInformation] = Shape("TrackingInformation")
SHIPMENTS: Shape[models.Page[models.Shipment]] = Shape("Shipment", "shipments")
LABELS: Shape[models.Page[models.Label]] = Shape("Label", "labels")
FULFILLMENTS: Shape[models.Page[models.Fulfillment]] = Shape("Fulfillment", "fulfillments")
ANY_JSON: Shape[JSONValue] = Shape()

_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NEEDS_NO_QUOTING = re.compile(r"[A-Za-z0-9_.~-]+")
_IDENTIFYING = frozenset(
    {"shipment_number", "external_shipment_id", "shipment_id", "fulfillment_id", "tracking_number"}
)


@attrs.frozen
class ApiRequest(Generic[T]):
    """One GET request.

    Attributes:
        path: Relative to the base URL and percent-encoded: ``"labels/se-1/track"``.
        shape: What the answer must look like.
        query: Names and values in the order in which they are sent.
        patient: Whether one attempt may take all of the time left (T2): true of tracking, since carriers
            are slow.
        template: The path with names in place of ids, where it has any: ``"labels/{label_id}/track"``.
    """

    path: str
    shape: Shape[T]
    query: tuple[tuple[str, str], ...] = ()
    patient: bool = False
    template: str | None = None

    @property
    def endpoint(self) -> str:
        """Method and path, the same for every order."""
        return f"GET /{self.template or self.path}"

    @property
    def target(self) -> str:
        """Path and query as they go into the URL."""
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.query)
        return f"{self.path}?{query}" if query else self.path

    @property
    def asked_for(self) -> AskedFor:
        """The fields that tell the records of a list that were asked for from others, with their values."""
        return tuple((name, value) for name, value in self.query if name in _IDENTIFYING)

    @property
    def label(self) -> str:
        """Method and path with the names of the query but none of its values, for logs and traces (T8)."""
        names = "&".join(name for name, _ in self.query)
        return f"GET {self.path}?{names}" if names else f"GET {self.path}"


def list_shipments(filters: Mapping[str, QueryValue]) -> ApiRequest[models.Page[models.Shipment]]:
    """``GET /v2/shipments`` (API notes 5.2)."""
    return ApiRequest("shipments", SHIPMENTS, query_of(filters))


def get_shipment(shipment_id: str) -> ApiRequest[models.Shipment]:
    """``GET /v2/shipments/{shipment_id}``."""
    path = f"shipments/{segment('shipment_id', shipment_id)}"
    return ApiRequest(path, SHIPMENT, template="shipments/{shipment_id}")


def get_shipment_by_external_id(external_shipment_id: str) -> ApiRequest[models.Shipment]:
    """``GET /v2/shipments/external_shipment_id/{external_shipment_id}`` (API notes 5.4)."""
    path = f"shipments/external_shipment_id/{segment('external_shipment_id', external_shipment_id)}"
    return ApiRequest(path, SHIPMENT, template="shipments/external_shipment_id/{external_shipment_id}")


def list_labels(filters: Mapping[str, QueryValue]) -> ApiRequest[models.Page[models.Label]]:
    """``GET /v2/labels`` (API notes 6.1)."""
    return ApiRequest("labels", LABELS, query_of(filters))


def get_label(label_id: str) -> ApiRequest[models.Label]:
    """``GET /v2/labels/{label_id}``."""
    return ApiRequest(f"labels/{segment('label_id', label_id)}", LABEL, template="labels/{label_id}")


def track_label(label_id: str) -> ApiRequest[models.TrackingInformation]:
    """``GET /v2/labels/{label_id}/track`` (API notes 7.1)."""
    path = f"labels/{segment('label_id', label_id)}/track"
    return ApiRequest(path, TRACKING, patient=True, template="labels/{label_id}/track")


def track(carrier_code: str, tracking_number: str) -> ApiRequest[models.TrackingInformation]:
    """``GET /v2/tracking`` (API notes 7.6).

    Raises:
        TypeError: One of them is not a ``str``.
        ValueError: It is blank or has control characters.
    """
    asked = {"carrier_code": carrier_code, "tracking_number": tracking_number}
    query = tuple((name, _check_text(name, value)) for name, value in asked.items())
    return ApiRequest("tracking", TRACKING, query, patient=True)


def list_fulfillments(filters: Mapping[str, QueryValue]) -> ApiRequest[models.Page[models.Fulfillment]]:
    """``GET /v2/fulfillments`` (API notes 8.1)."""
    return ApiRequest("fulfillments", FULFILLMENTS, query_of(filters))


def get_any(path: str, parameters: Mapping[str, QueryValue | Iterable[QueryValue]]) -> ApiRequest[JSONValue]:
    """Any other GET of the API.

    Raises:
        ValueError: The path is absolute, leads elsewhere, or has an empty segment.
    """
    if not isinstance(path, str):
        raise TypeError("path must be a str")
    if leads_elsewhere(path):
        raise ValueError(
            "path must be relative to the base URL and have no empty, '.' or '..' segment, query or fragment, "
            "such as 'labels' or 'labels/se-1'; pass the query as keyword arguments"
        )
    encoded = quote(path, safe="/%~:@!$&'()*+,;=")
    patient = encoded == "tracking" or encoded.endswith("/track")
    return ApiRequest(encoded, ANY_JSON, query_of(parameters), patient=patient, template=_template_of(encoded))


def _template_of(path: str) -> str:
    """A path with names in place of ids: what follows a list that the library knows, and whatever is no plain word."""
    parts: list[str] = []
    for part in path.split("/"):
        name = _ID_AFTER.get(parts[-1] if parts else "")
        is_word = part.replace("_", "").isalpha() and part.isascii()
        is_id = not is_word or (name is not None and part not in _ID_AFTER)
        parts.append(f"{{{name or 'id'}}}" if is_id else part)
    return "/".join(parts)


_ID_AFTER = {
    "shipments": "shipment_id",
    "external_shipment_id": "external_shipment_id",
    "labels": "label_id",
    "fulfillments": "fulfillment_id",
}


def leads_elsewhere(path: str) -> bool:
    """Whether a path could end up somewhere else than it seems to.

    It does with an empty segment, one of dots, or one that some server takes for these: a server may cut off what
    follows a semicolon (``..;x``), or decode a path once more than it should (``%252e``). A query, a fragment, a
    backslash and what cannot be printed have no place in it either.
    """
    plain = path
    for _ in range(_MOST_DECODINGS):
        segments = [part.partition(";")[0].strip() for part in plain.split("/")]
        if not all(part.strip(".") for part in segments) or any(c in plain for c in "?#\\") or not plain.isprintable():
            return True
        decoded = unquote(plain)
        if decoded == plain:
            return False
        plain = decoded
    return True


def segment(name: str, value: str) -> str:
    """One path segment, percent-encoded whole; ``.`` and ``..`` never reach a path (R1).

    Raises:
        TypeError: It is not a ``str``.
        ValueError: It is blank, has control characters, or would lead elsewhere.
    """
    _check_text(name, value)
    if not is_segment(value):
        raise ValueError(f"{name} cannot be part of a path: it has only dots, or characters that cannot be printed")
    return quote(value, safe="")


def is_segment(value: str) -> bool:
    """Whether a text can be an id in a path; what is only dots and blanks would lead elsewhere."""
    return bool(value.strip(". ")) and value.isprintable()


def _quoted(text: str) -> str:
    return text if _NEEDS_NO_QUOTING.fullmatch(text) else quote_plus(text)


def query_of(parameters: Mapping[str, QueryValue | Iterable[QueryValue]]) -> tuple[tuple[str, str], ...]:
    """The query of a request: ``None`` is not sent, a list repeats its name.

    Raises:
        TypeError: A value is of another type than the API's filters are.
        ValueError: A name cannot be one, a number is not finite, or a text is blank: the API would ignore the filter
            and return everything (API notes 5.4).
    """
    pairs: list[tuple[str, str]] = []
    for name, value in parameters.items():
        _check_name(name)
        several = value if isinstance(value, list | tuple) else (value,)
        pairs.extend((name, _print(name, single)) for single in several if single is not None)
    return tuple(pairs)


def _check_name(name: object) -> None:
    """A name stands in logs and traces beside its request's path (T8), where a value never does."""
    if not isinstance(name, str):
        raise TypeError(f"the name of a parameter must be a str, not {type(name).__name__}")
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ValueError(
            f"the name of a parameter must have 1 to {_LONGEST_NAME} characters that can be printed, not only blanks"
        )


def _print(name: str, value: object) -> str:
    if isinstance(value, str):
        return _check_text(name, value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat().removesuffix("+00:00") + "Z"
    if isinstance(value, int | float):
        if not abs(value) < _BEYOND_NUMBERS:  # what is not a number (NaN) is not less, either
            raise ValueError(f"{name} must be a finite number; leave it out to ask without it")
        return str(value)
    raise TypeError(f"{name} must be a str, int, float, bool or datetime, not {type(value).__name__}")


def _check_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not value.strip():
        raise ValueError(f"{name} is blank; leave it out to ask without it")
    if not is_sendable(value):
        raise ValueError(f"{name} has control characters or lone surrogates")
    return value


def is_sendable(value: str) -> bool:
    """Whether a text can be the value of a filter: not blank, no control characters, no lone surrogates."""
    return bool(value.strip()) and _UNSENDABLE.search(value) is None
