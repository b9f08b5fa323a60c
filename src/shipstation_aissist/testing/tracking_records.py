"""The JSON of tracking replies, built by hand (API notes 7); their traps are those of the wire, as in ``records``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from shipstation_aissist.testing.carriers import DETAIL_DESCRIPTIONS, STATUS_DESCRIPTIONS
from shipstation_aissist.testing.entities import FakeLabel, FakeScan
from shipstation_aissist.testing.records import Record

_CLASSIC_CODES = {"NY": "M", "AC": "I", "IT": "I", "AT": "X", "EX": "X", "DE": "D", "SP": "I"}


def tracking_record(label: FakeLabel, scans: Sequence[FakeScan] | None = None) -> Record:
    """A tracking reply: the newest scan decides the top level; without any scan, almost everything is null.

    Args:
        label: The label that is tracked.
        scans: Those that the reply knows, where not all of them.
    """
    carrier = label.carrier
    known = label.scans if scans is None else scans
    newest_first = sorted(known, key=lambda scan: scan.at)[::-1]
    top = newest_first[0] if newest_first else None
    moving = any(scan.step != "label_made" for scan in known)
    ended = next((scan for scan in newest_first if scan.status_code == "DE"), None)
    number = label.tracked_as or label.tracking_number
    due = f"{label.created_at + timedelta(days=5):%Y-%m-%dT}{carrier.estimate_time}{carrier.date_suffix}"
    record = {
        "tracking_number": number,
        "tracking_url": carrier.tracking_url(number) if number and moving and carrier.links_in_tracking else None,
        "status_code": top.status_code if top else "NY",
        "status_detail_code": top.detail_code if top else None,
        "carrier_code": carrier.tracking_code,
        "carrier_id": carrier.tracking_id,
        "status_description": top.status_description if top else STATUS_DESCRIPTIONS["NY"],
        "status_detail_description": DETAIL_DESCRIPTIONS.get(top.detail_code or "") if top else None,
        "carrier_status_code": (top.carrier_status_code or top.event_code) if top else None,
        "carrier_detail_code": top.carrier_detail_code if top else None,
        "carrier_status_description": top.description if top else None,
        "ship_date": f"{label.created_at:%Y-%m-%dT00:00:00}{carrier.date_suffix}" if moving else None,
        "estimated_delivery_date": due if top else None,
        "actual_delivery_date": f"{ended.at:%Y-%m-%dT%H:%M:%S}{carrier.date_suffix}" if ended else None,
        "exception_description": None,
        "events": [_event_record(label, scan) for scan in newest_first],
    }
    if label.classic:
        _take_out_details(record, top)
    return record | label.tracking_extra


def unknown_tracking_record(carrier_code: str, tracking_number: str) -> Record:
    """What tracking says of a number that it knows nothing of."""
    return {
        "tracking_number": tracking_number,
        "tracking_url": None,
        "status_code": "UN",
        "status_detail_code": None,
        "carrier_code": carrier_code,
        "carrier_id": None,
        "status_description": "Unknown",
        "status_detail_description": None,
        "carrier_status_code": None,
        "carrier_detail_code": None,
        "carrier_status_description": "No tracking information available",
        "ship_date": None,
        "estimated_delivery_date": None,
        "actual_delivery_date": None,
        "exception_description": None,
        "events": [],
    }


def _take_out_details(record: Record, top: FakeScan | None) -> None:
    """The classic API has no detail codes; its events have only the carrier's own code (API notes 14.10)."""
    for holder in (record, *record["events"]):
        for name in ("status_detail_code", "status_detail_description", "carrier_detail_code"):
            del holder[name]
    for event in record["events"]:
        event["status_code"] = event["status_description"] = ""
    if top is not None:
        record["carrier_status_code"] = _CLASSIC_CODES.get(top.status_code, "I")


def _event_record(label: FakeLabel, scan: FakeScan) -> Record:
    carrier = label.carrier
    return {
        "occurred_at": f"{scan.at:%Y-%m-%dT%H:%M:%SZ}",
        "carrier_occurred_at": carrier.local_time(scan.at),
        "description": scan.description,
        "city_locality": scan.city.upper() if scan.city and carrier.shouts else scan.city,
        "state_province": scan.state,
        "postal_code": scan.postal_code,
        "country_code": scan.country_code,
        "company_name": carrier.nothing,
        "signer": scan.signer or carrier.nothing,
        "event_code": scan.event_code,
        "carrier_detail_code": scan.carrier_detail_code,
        "status_code": scan.status_code,
        "status_description": scan.status_description,
        "carrier_status_code": scan.carrier_status_code,
        "carrier_status_description": scan.description,
        "status_detail_code": scan.detail_code,
        "status_detail_description": None,
        "proof_of_delivery_url": None,
        "latitude": None,
        "longitude": None,
        **scan.extra,
    }
