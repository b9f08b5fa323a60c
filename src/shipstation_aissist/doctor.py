"""Held against reality: what nobody of the project could prove, tried on an account of your own.

The library stands on facts about ShipStation's API of which some are not established (API notes 13). :func:`examine`
asks an account at most 25 times, changes nothing in it, and gives a verdict for each open point. A report holds counts
only: no id, number, name or date of the account, so it may be sent to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs

from shipstation_aissist._version import __version__
from shipstation_aissist.client import ShipStationClient
from shipstation_aissist.errors import (
    APIError,
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    PlanUpgradeRequiredError,
    RateLimitError,
)
from shipstation_aissist.orders.codes import DETAIL_CODES, STATUS_CODES
from shipstation_aissist.orders.numbers import without_sign
from shipstation_aissist.orders.query import OrderQuery, check_settings, not_found, prepare_lookup
from shipstation_aissist.wire.requests import JSONValue

__all__ = ["MOST_REQUESTS", "Finding", "Report", "Verdict", "examine"]

Verdict: TypeAlias = Literal["established", "contradicted", "not testable here"]
MOST_REQUESTS = 25
_NOBODYS_NUMBER = "doctor-0000-of-nobody-0000"


@attrs.frozen(kw_only=True)
class Finding:
    """What was found about one open point.

    Attributes:
        point: Its number in the API notes.
        question: What was not known.
        verdict: ``"established"``: it is as the library expects; ``"contradicted"``: it is not;
            ``"not testable here"``: the account has nothing to try it on, or no client can see it.
        meaning: What that means for this merchant, in a sentence.
        counts: What was counted.
    """

    point: str
    question: str
    verdict: Verdict
    meaning: str
    counts: Mapping[str, int] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Report:
    """A doctor's report.

    Attributes:
        version: The library's.
        requests: How many requests were sent.
        findings: One for each open point.
    """

    version: str
    requests: int
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, JSONValue]:
        """The report as JSON-safe values."""
        findings: list[JSONValue] = [
            {**attrs.asdict(finding), "counts": dict(finding.counts)} for finding in self.findings
        ]
        return {"version": self.version, "requests": self.requests, "findings": findings}

    def to_json(self) -> str:
        """The report as JSON, for an issue."""
        return json.dumps(self.to_dict(), indent=2)

    def __str__(self) -> str:
        lines = [f"shipstation-aissist {self.version}, {self.requests} requests"]
        for finding in self.findings:
            lines += ["", f"{finding.point} {finding.question}", f"  {finding.verdict}: {finding.meaning}"]
            if finding.counts:
                lines.append("  " + ", ".join(f"{name}: {count}" for name, count in finding.counts.items()))
        return "\n".join(lines)


def examine(
    client: ShipStationClient,
    order_id: str | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Try the open points on an account, with at most 25 requests, each of which may take the client's timeout.

    Args:
        client: The account; it is only read.
        order_id: The number of an order to try them on; default: recent ones.
        progress: Is told how many points are settled, and of how many.

    Raises:
        InvalidOrderIdError: It cannot be an order id. Nothing was sent.
        OrderNotFoundError: The account has no order of this number.
        AuthenticationError: The key was refused.
        RateLimitError: The account is over its quota; nothing can be told now.
        APIStatusError: Both its shipments and its labels were refused.
        APIConnectionError: The API could not be reached.

    Example:
        ``print(examine(ShipStationClient()))``

    Source: API notes 13.
    """
    number = None if order_id is None else _number_of(order_id)
    account = _Account(client)
    account.look_around(number)
    findings: list[Finding] = []
    for point, question, examination in _POINTS:
        if progress is not None:
            progress(len(findings), len(_POINTS))
        findings.append(_settled(account, point, question, examination))
    return Report(version=__version__, requests=account.requests, findings=tuple(findings))


def _number_of(order_id: str) -> str:
    return without_sign(prepare_lookup(OrderQuery(order_id), check_settings("number", None, None, None)).key)


class _NotTestableError(Exception):
    """Why a point cannot be tried here; ``error`` is what the API said, if that is why."""

    def __init__(self, why: str, error: APIStatusError | None = None) -> None:
        super().__init__(why)
        self.error = error


def _refused(error: APIError) -> str:
    status = f" {error.status_code}" if isinstance(error, APIStatusError) else ""
    return f"the API refused to say ({type(error).__name__}{status})"


class _Account:
    """What is asked of the account, counted."""

    def __init__(self, client: ShipStationClient) -> None:
        self._client = client
        self.requests = 0
        self.shipments: list[dict[str, Any]] = []
        self.labels: list[dict[str, Any]] = []
        self._has_answered = False
        self._refusals: dict[str, _NotTestableError] = {}

    def look_around(self, number: str | None) -> None:
        """The shipments of a number, or recent ones, and recent labels; where both are refused, nothing can be told.

        Raises:
            APIStatusError: Both are refused.
        """
        self.shipments = self._newest("shipments", shipment_number=number)
        if number is not None and "shipments" not in self._refusals:
            self.shipments = self._of(number)
        self.labels = self._newest("labels")
        errors = [refusal.error for refusal in self._refusals.values() if refusal.error is not None]
        if len(errors) == 2:
            raise errors[0]

    def _newest(self, collection: str, **query: Any) -> list[dict[str, Any]]:
        """The newest records of a list; none where it alone is refused: what needs no such list can still be tried."""
        try:
            return self.records(collection, page_size=25, **_NEWEST, **query)
        except (AuthenticationError, RateLimitError):
            raise
        except APIStatusError as error:
            self._refusals[collection] = _NotTestableError(_refused(error), error)
        except _NotTestableError as refusal:
            self._refusals[collection] = refusal
        return []

    def check_list(self, collection: str) -> None:
        """Make sure that a list is not refused.

        Raises:
            _NotTestableError: It is: nothing that is asked of it says anything.
        """
        if collection in self._refusals:
            raise self._refusals[collection]

    def _of(self, number: str) -> list[dict[str, Any]]:
        """What was found of a number; recent ones where the filter was plainly ignored, which is worth a report."""
        found = [shipment for shipment in self.shipments if _has_number(shipment, number)]
        if found:
            return found
        part = number.casefold()
        is_filtered = all(part in _text(shipment, "shipment_number").casefold() for shipment in self.shipments)
        if is_filtered:
            signed = self._newest("shipments", shipment_number=f"#{number}")
            found = [shipment for shipment in signed if _has_number(shipment, number)]
            if not found and "shipments" not in self._refusals:
                raise not_found()
        return found or self.shipments

    def records(self, collection: str, **query: Any) -> list[dict[str, Any]]:
        """The records of the first page of a list."""
        reply = self.get(collection, **query)
        records = reply.get(collection) if isinstance(reply, dict) else None
        return [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []

    def get(self, path: str, **query: Any) -> Any:
        if self.requests >= MOST_REQUESTS:
            raise _NotTestableError("the 25 requests of an examination were used up")
        self.requests += 1
        try:
            reply = self._client.get_json(path, **query)
        except AuthenticationError as error:
            if not self._has_answered:
                raise
            raise _NotTestableError(_refused(error), error) from None  # the key is good: it lacks this one right
        self._has_answered = True
        return reply

    @property
    def numbered(self) -> list[dict[str, Any]]:
        return [shipment for shipment in self.shipments if _text(shipment, "shipment_number")]

    def a_number(self) -> str:
        """The number of an order, the longest there is: it has the most ways to be matched in part."""
        self.check_list("shipments")
        numbers = [_text(shipment, "shipment_number") for shipment in self.numbered]
        if not numbers:
            raise _NotTestableError("the account has no shipment with a number")
        return max(numbers, key=len)

    def a_label(self, wanted: Callable[[dict[str, Any]], bool], lacking: str) -> dict[str, Any]:
        self.check_list("labels")
        for label in self.labels:
            if wanted(label) and _text(label, "label_id"):
                return label
        raise _NotTestableError(f"the account has no {lacking} among its newest labels")


_NEWEST = {"sort_by": "created_at", "sort_dir": "desc"}
_Result: TypeAlias = "tuple[bool, str, dict[str, int]]"
_Examination: TypeAlias = "Callable[[_Account], _Result]"


def _settled(account: _Account, point: str, question: str, examination: _Examination) -> Finding:
    try:
        as_expected, meaning, counts = examination(account)
    except _NotTestableError as why:
        return Finding(point=point, question=question, verdict="not testable here", meaning=f"{why}.")
    except (AuthenticationError, RateLimitError):
        raise
    except APIError as error:
        return Finding(point=point, question=question, verdict="not testable here", meaning=f"{_refused(error)}.")
    verdict: Verdict = "established" if as_expected else "contradicted"
    return Finding(point=point, question=question, verdict=verdict, meaning=meaning, counts=counts)


# --- the points ------------------------------------------------------------------------------------------------------


def _number_filter(account: _Account) -> _Result:
    number = without_sign(account.a_number())
    if len(number) < 3:
        raise _NotTestableError("the account's numbers are too short to be asked for in part")
    by_nobodys = account.records("shipments", shipment_number=_NOBODYS_NUMBER, page_size=25)
    by_part = account.records("shipments", shipment_number=number[:-1], page_size=25)
    others = [shipment for shipment in by_part if not _has_number(shipment, number[:-1])]
    counts = {"returned for nobody's number": len(by_nobodys), "returned for a part of a number": len(others)}
    if by_nobodys:
        return False, _IGNORED, counts
    if others:
        return False, _PREFIX, counts
    return True, "your account matches numbers exactly, as the library expects.", counts


_IGNORED = (
    "your account ignores the filter and returns other orders: the library compares every record, so nobody is shown "
    "another's parcel, but orders beyond the newest pages are read page by page, which costs requests."
)
_PREFIX = (
    "your account matches numbers by prefix: the library compares, so it is safe, but ask with a store, and expect "
    "more records per request."
)


def _number_case(account: _Account) -> _Result:
    number = without_sign(account.a_number())
    if number.swapcase() == number:
        raise _NotTestableError("the account's numbers have no letters")
    found = account.records("shipments", shipment_number=number.swapcase(), page_size=25)
    same = sum(_has_number(shipment, number) for shipment in found)
    if same:
        return True, "capitals do not matter: customers may type numbers as they like.", {"found": same}
    return (
        False,
        "capitals matter: set an order id pattern, or turn what customers type into your spelling.",
        {"found": 0},
    )


def _number_sign(account: _Account) -> _Result:
    number = account.a_number()
    bare = without_sign(number)
    other = bare if number.strip().startswith("#") else f"#{bare}"
    found = account.records("shipments", shipment_number=other, page_size=25)
    same = sum(_has_number(shipment, bare) for shipment in found)
    if same:
        return False, "the API itself ignores a leading #: one request of a look-up is spared.", {"found": same}
    return (
        True,
        "a leading # counts: the library asks both ways, which costs a request where the first finds nothing.",
        {"found": 0},
    )


def _external_order_ids(account: _Account) -> _Result:
    account.check_list("shipments")
    if not account.shipments:
        raise _NotTestableError("the account has no shipments")
    counts = {
        "shipments": len(account.shipments),
        "with external_order_id": _filled(account.shipments, "external_order_id"),
        "with external_shipment_id": _filled(account.shipments, "external_shipment_id"),
        "with order_source_code": _filled(account.shipments, "order_source_code"),
    }
    if counts["with external_order_id"]:
        return (
            False,
            ("your store's imports carry the platform's order id: it cannot be searched, but a resolver can use it."),
            counts,
        )
    return True, "imports carry no platform id, as expected: ask for the order number, or give a resolver.", counts


def _labels_among_fulfillments(account: _Account) -> _Result:
    label = account.a_label(
        lambda record: bool(_text(record, "shipment_id")) and record.get("voided") is not True, "label"
    )
    found = account.records("fulfillments", shipment_id=_text(label, "shipment_id"), page_size=25)
    own = sum(_text(record, "shipment_id") == _text(label, "shipment_id") for record in found)
    same = sum(_plain(_text(record, "tracking_number")) == _plain(_text(label, "tracking_number")) for record in found)
    counts = {"fulfillments of a shipment with a label": own, "with the label's number": same}
    if own:
        return False, "labels are listed as fulfillments too: the library counts each number once.", counts
    return True, "fulfillments are only what was marked as shipped elsewhere, as expected.", counts


def _tracking_of_voided(account: _Account) -> _Result:
    voided = [record for record in account.labels if record.get("voided") is True or record.get("status") == "voided"]
    voided = voided or account.records("labels", label_status="voided", page_size=5)
    if not voided:
        raise _NotTestableError("the account has no voided label")
    try:
        reply = account.get(f"labels/{_text(voided[0], 'label_id')}/track")
    except (BadRequestError, NotFoundError):
        return True, "a voided label has no tracking, as expected.", {"answered": 0}
    events = reply.get("events") if isinstance(reply, dict) else None
    counts = {"answered": 1, "with scans": int(bool(events))}
    return (
        False,
        "voided labels can still be tracked: one that a carrier has scanned is told, with a warning.",
        counts,
    )


def _page_size(account: _Account) -> _Result:
    account.check_list("shipments")
    try:
        reply = account.get("shipments", page_size=500, **_NEWEST)
    except BadRequestError:
        return False, "pages of 500 are refused; the library asks for 100 at a time.", {"returned": 0}
    records = reply.get("shipments") if isinstance(reply, dict) else None
    returned = len(records) if isinstance(records, list) else 0
    total = reply.get("total") if isinstance(reply, dict) else None
    if isinstance(total, int) and total <= 100:
        raise _NotTestableError("the account has too few shipments to fill a large page")
    counts = {"returned of 500": returned}
    if returned < 100:
        return False, "pages are cut below 100 in silence: the library reads all pages, with more requests.", counts
    return True, "pages of 100 are given whole, as the library asks for them.", counts


def _webhooks(_account: _Account) -> _Result:
    raise _NotTestableError("how often and from where notifications come can only be seen by who receives them")


def _tracking_endpoint(account: _Account) -> _Result:
    label = account.a_label(
        lambda record: bool(_text(record, "tracking_number") and _text(record, "carrier_code")), "number"
    )
    number, carrier = _text(label, "tracking_number"), _text(label, "carrier_code")
    try:
        account.get("tracking", carrier_code=carrier, tracking_number=number)
    except PlanUpgradeRequiredError:
        return True, "your plan does not include tracking by number, as expected: labels are tracked by their id.", {}
    except (BadRequestError, NotFoundError):
        return True, "tracking by number is not offered for your parcels: labels are tracked by their id.", {}
    return False, "your plan includes tracking by number: client.track() works for parcels shipped elsewhere.", {}


def _quota_headers(_account: _Account) -> _Result:
    raise _NotTestableError("the client does not look at headers beyond Retry-After; a 429 is what it goes by")


def _single_shipment(account: _Account) -> _Result:
    account.check_list("shipments")
    shipment = next((record for record in account.numbered if _text(record, "shipment_id")), None)
    if shipment is None:
        raise _NotTestableError("the account has no shipment with a number")
    single = account.get(f"shipments/{_text(shipment, 'shipment_id')}")
    if isinstance(single, dict) and _text(single, "shipment_number"):
        return True, "a single shipment names its number: a notification leads to its whole order.", {"with number": 1}
    return (
        False,
        (
            "a single shipment does not name its number: an order asked for by a shipment id or a notification is "
            "answered alone, with a warning."
        ),
        {"with number": 0},
    )


def _unknown_filter(account: _Account) -> _Result:
    account.check_list("labels")
    try:
        found = account.records("labels", no_such_filter_of_shipstation="x", page_size=5)
    except BadRequestError:
        return False, "unknown filters are refused: misspelt ones show at once.", {"returned": 0}
    if not account.labels:
        raise _NotTestableError("the account has no labels")
    meaning = "unknown filters are ignored, as expected: the library sends only those it knows, and compares."
    return bool(found), meaning, {"returned": len(found)}


def _labels_of_shipment(account: _Account) -> _Result:
    label = account.a_label(lambda record: bool(_text(record, "shipment_id")), "label of a shipment")
    found = account.records("labels", shipment_id=_text(label, "shipment_id"), page_size=25)
    foreign = sum(_text(record, "shipment_id") != _text(label, "shipment_id") for record in found)
    counts = {"returned": len(found), "of other shipments": foreign}
    if foreign:
        return False, "labels of other shipments are returned too: the library drops them.", counts
    return True, "labels are found by their shipment, as expected.", counts


def _status_codes(account: _Account) -> _Result:
    label = account.a_label(
        lambda record: bool(_text(record, "tracking_number")) and record.get("voided") is not True, "number"
    )
    reply = account.get(f"labels/{_text(label, 'label_id')}/track")
    codes = list(_codes_in(reply))
    unknown = sum(code not in STATUS_CODES for name, code in codes if name == "status_code")
    unknown_detail = sum(code not in DETAIL_CODES for name, code in codes if name == "status_detail_code")
    counts = {"codes": len(codes), "unknown status codes": unknown, "unknown detail codes": unknown_detail}
    if not codes:
        raise _NotTestableError("the newest label has no tracking yet")
    if unknown or unknown_detail:
        return (
            False,
            "there are codes that the library does not know; they count as unknown. Please send this report.",
            counts,
        )
    return True, "all codes of a tracking reply are known.", counts


def _alternative_numbers(account: _Account) -> _Result:
    label = account.a_label(lambda _: True, "label")
    single = account.get(f"labels/{_text(label, 'label_id')}")
    listed, alone = _alternatives(label), _alternatives(single if isinstance(single, dict) else {})
    counts = {"in the list": listed, "in the single label": alone}
    if alone > listed:
        return (
            False,
            "lists leave out last-mile numbers: the library reads the single label where a reply needs them.",
            counts,
        )
    if not alone:
        raise _NotTestableError("the newest label has no alternative identifiers")
    return True, "lists hold the last-mile numbers too.", counts


_POINTS: Sequence[tuple[str, str, _Examination]] = (
    ("13.1a", "Does the filter shipment_number match exactly?", _number_filter),
    ("13.1b", "Does it match without regard to capitals?", _number_case),
    ("13.1c", "Does a leading # count?", _number_sign),
    ("13.2", "Do imports leave external_order_id empty?", _external_order_ids),
    ("13.3", "Are fulfillments only what was shipped without a label?", _labels_among_fulfillments),
    ("13.4", "Do voided labels have no tracking?", _tracking_of_voided),
    ("13.5", "Are pages of 100 given whole?", _page_size),
    ("13.6", "How are notifications repeated, and from where do they come?", _webhooks),
    ("13.7", "Is GET /v2/tracking closed on this plan?", _tracking_endpoint),
    ("13.8", "Do replies tell the quota in their headers?", _quota_headers),
    ("13.9", "Does a single shipment name its number?", _single_shipment),
    ("5.4", "Are unknown filters ignored in silence?", _unknown_filter),
    ("6.1", "Are labels found by shipment_id?", _labels_of_shipment),
    ("7.2", "Are all status codes known?", _status_codes),
    ("14.8", "Do lists hold the alternative identifiers of a label?", _alternative_numbers),
)


# --- reading records without models: the doctor looks at what models would refuse -------------------------------------


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _has_number(shipment: Mapping[str, Any], number: str) -> bool:
    return without_sign(_text(shipment, "shipment_number")).casefold() == number.casefold()


def _plain(number: str) -> str:
    return number.replace(" ", "").replace("-", "").casefold()


def _filled(records: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(bool(record.get(name)) for record in records)


def _alternatives(label: Mapping[str, Any]) -> int:
    packages = label.get("packages")
    holders = [label, *(packages if isinstance(packages, list) else ())]
    lists = [holder.get("alternative_identifiers") for holder in holders if isinstance(holder, Mapping)]
    return sum(len(found) for found in lists if isinstance(found, list))


def _codes_in(reply: object) -> Iterator[tuple[str, str]]:
    if not isinstance(reply, Mapping):
        return
    events = reply.get("events")
    for holder in [reply, *(events if isinstance(events, list) else ())]:
        for name in ("status_code", "status_detail_code"):
            code = holder.get(name) if isinstance(holder, Mapping) else None
            if isinstance(code, str) and code:
                yield name, code.strip().upper()
