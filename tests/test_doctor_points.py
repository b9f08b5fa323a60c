"""Each open point, on accounts as raw JSON: what is found, and what is not testable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shipstation_aissist import BadRequestError, NotFoundError, PlanUpgradeRequiredError
from shipstation_aissist.doctor import MOST_REQUESTS, Finding, examine

JSON = dict[str, Any]
SHIPMENT: JSON = {"shipment_id": "se-1", "shipment_number": "AB-1001"}
LABEL: JSON = {
    "label_id": "se-8",
    "shipment_id": "se-1",
    "tracking_number": "94001",
    "carrier_code": "usps",
    "status": "completed",
}
BAD = BadRequestError("no", status_code=400)


class Account:
    """Answers by path and query; what nobody scripted is an empty list, or not found."""

    def __init__(self, **scripted: Callable[[JSON], Any] | Any) -> None:
        self._scripted = scripted
        self.asked: list[str] = []

    def get_json(self, path: str, **query: Any) -> Any:
        self.asked.append(path)
        name = path.replace("/", "_").replace("-", "_")
        answer = self._scripted.get(name, {path: []} if "/" not in path else NotFoundError("none", status_code=404))
        answer = answer(query) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def finding(point: str, **scripted: Any) -> Finding:
    scripted.setdefault("shipments", {"shipments": [SHIPMENT], "total": 1})
    scripted.setdefault("labels", {"labels": [LABEL]})
    account: Any = Account(**scripted)
    report = examine(account)
    assert report.requests == len(account.asked) <= MOST_REQUESTS
    return next(found for found in report.findings if found.point == point)


def many(count: int) -> JSON:
    return {"shipments": [{**SHIPMENT, "shipment_id": f"se-{number}"} for number in range(count)], "total": 900}


TRACK: JSON = {"status_code": "IT", "events": [{"status_code": "IT", "status_detail_code": "IN_TRANSIT"}, "odd"]}


@pytest.mark.parametrize(
    ("point", "scripted", "verdict", "said"),
    [
        (
            "13.1a",
            {"shipments": {"shipments": [{**SHIPMENT, "shipment_number": "7"}]}},
            "not testable here",
            "too short",
        ),
        (
            "13.1b",
            {"shipments": {"shipments": [{**SHIPMENT, "shipment_number": "1001"}]}},
            "not testable here",
            "letters",
        ),
        (
            "13.1b",
            {"shipments": lambda query: {"shipments": [] if query.get("shipment_number") == "ab-1001" else [SHIPMENT]}},
            "contradicted",
            "capitals matter",
        ),
        ("13.1c", {"shipments": {"shipments": [SHIPMENT]}}, "contradicted", "ignores a leading #"),
        ("13.2", {"shipments": {"shipments": []}}, "not testable here", "no shipments"),
        ("13.2", {"shipments": {"shipments": [{**SHIPMENT, "external_order_id": "g"}]}}, "contradicted", "platform's"),
        ("13.3", {"fulfillments": {"fulfillments": [LABEL]}}, "contradicted", "counts each number once"),
        ("13.4", {"labels": {"labels": [{**LABEL, "voided": True}]}}, "established", "no tracking"),
        (
            "13.4",
            {"labels": {"labels": [{**LABEL, "status": "voided"}]}, "labels_se_8_track": TRACK},
            "contradicted",
            "can still be tracked",
        ),
        (
            "13.5",
            {"shipments": lambda query: BAD if query.get("page_size") == 500 else many(1)},
            "contradicted",
            "refused",
        ),
        ("13.5", {"shipments": many(25)}, "contradicted", "cut below 100"),
        ("13.5", {"shipments": many(120)}, "established", "given whole"),
        ("13.7", {"tracking": PlanUpgradeRequiredError("no", status_code=401)}, "established", "does not include"),
        ("13.7", {"tracking": BAD}, "established", "not offered"),
        ("13.9", {"shipments_se_1": {"shipment_id": "se-1"}}, "contradicted", "does not name its number"),
        ("13.9", {"shipments": {"shipments": [{"shipment_number": "AB-1001"}]}}, "not testable here", "no shipment"),
        (
            "5.4",
            {"labels": lambda query: BAD if "no_such_filter_of_shipstation" in query else {"labels": [LABEL]}},
            "contradicted",
            "refused",
        ),
        ("5.4", {"labels": {"labels": []}}, "not testable here", "no labels"),
        ("6.1", {"labels": {"labels": [LABEL, {**LABEL, "shipment_id": "se-2"}]}}, "contradicted", "other shipments"),
        ("7.2", {"labels_se_8_track": TRACK}, "established", "known"),
        ("7.2", {"labels_se_8_track": {"status_code": "ZZ"}}, "contradicted", "does not know"),
        ("7.2", {"labels_se_8_track": {}}, "not testable here", "no tracking"),
        ("7.2", {"labels_se_8_track": ["odd"]}, "not testable here", "no tracking"),
        ("14.8", {"labels_se_8": {"alternative_identifiers": [{}]}}, "contradicted", "leave out"),
        (
            "14.8",
            {
                "labels": {"labels": [{**LABEL, "packages": [{"alternative_identifiers": [{}]}]}]},
                "labels_se_8": {"alternative_identifiers": [{}]},
            },
            "established",
            "too",
        ),
        ("14.8", {"labels_se_8": "odd"}, "not testable here", "no alternative"),
    ],
)
def test_a_point_has_the_verdict_that_the_account_gives(
    point: str, scripted: dict[str, Any], verdict: str, said: str
) -> None:
    found = finding(point, **scripted)
    assert (found.verdict, said in found.meaning) == (verdict, True), found
