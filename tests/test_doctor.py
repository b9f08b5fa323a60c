"""The doctor tells accounts apart where the library's facts are not established, and tells nothing of the account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs
import pytest

from shipstation_aissist import (
    APIConnectionError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitError,
    ShipStationClient,
)
from shipstation_aissist.doctor import MOST_REQUESTS, Report, examine
from shipstation_aissist.testing import FakeReply, FakeShipStation


class PrefixAccount(FakeShipStation):
    """An account whose filter shipment_number matches the beginning of a number."""

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        wanted = query.pop("shipment_number", None)
        reply = super().handle(method, parts._replace(query=urlencode(query)).geturl(), headers)
        if wanted is None or not parts.path.endswith("/shipments") or reply.status != 200:
            return reply
        body = json.loads(reply.body)
        body["shipments"] = [each for each in body["shipments"] if each["shipment_number"].startswith(wanted)]
        data = json.dumps(body).encode()
        return attrs.evolve(reply, body=data, headers={**reply.headers, "Content-Length": str(len(data))})


class DeafAccount(FakeShipStation):
    """An account that ignores the filter shipment_number."""

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        return super().handle(method, url.replace("shipment_number=", "ignored="), headers)


def examined(fake: FakeShipStation, **options: str) -> Report:
    for number in ("GEHEIM-1001", "GEHEIM-1002", "GEHEIM-100"):
        fake.add_order(number, recipient="Ada Lovelace", postal_code="29646")
        fake.deliver(number)
    with fake.client() as client:
        return examine(client, **options)


def verdicts(report: Report) -> dict[str, str]:
    return {finding.point: finding.verdict for finding in report.findings}


def meaning(report: Report, point: str) -> str:
    return next(finding.meaning for finding in report.findings if finding.point == point)


def test_reports_of_three_accounts_differ_where_their_filters_do() -> None:
    exact, prefix, deaf = (examined(kind()) for kind in (FakeShipStation, PrefixAccount, DeafAccount))
    assert verdicts(exact)["13.1a"] == "established"
    assert "exactly" in meaning(exact, "13.1a")
    assert verdicts(prefix)["13.1a"] == "contradicted"
    assert "by prefix" in meaning(prefix, "13.1a")
    assert verdicts(deaf)["13.1a"] == "contradicted"
    assert "ignores the filter" in meaning(deaf, "13.1a")


def test_every_open_point_has_a_verdict_that_says_what_it_means() -> None:
    report = examined(FakeShipStation())
    open_points = {f"13.{number}" for number in range(2, 10)} | {"13.1a", "13.1b", "13.1c"}
    assert open_points <= set(verdicts(report))
    assert set(verdicts(report).values()) <= {"established", "contradicted", "not testable here"}
    assert all(finding.meaning.endswith(".") and finding.question.endswith("?") for finding in report.findings)


def test_an_examination_asks_at_most_25_times_and_only_reads() -> None:
    fake = FakeShipStation()
    report = examined(fake)
    assert report.requests == len(fake.calls) <= MOST_REQUESTS
    assert {call.method for call in fake.calls} == {"GET"}


@pytest.mark.parametrize("kind", [FakeShipStation, PrefixAccount, DeafAccount])
def test_a_report_holds_no_id_number_name_or_date_of_the_account(kind: type[FakeShipStation]) -> None:
    fake = kind()
    report = examined(fake, order_id="GEHEIM-1001")
    told = f"{report}{report.to_json()}{report!r}"
    assert json.loads(report.to_json()) == report.to_dict()
    for secret in ("GEHEIM", "1001", "Lovelace", "29646", "se-", "2026", fake.api_key):
        assert secret not in told


def test_an_order_can_be_named_to_try_the_points_on() -> None:
    fake = FakeShipStation()
    examined(fake, order_id="#GEHEIM-1002")
    assert fake.calls[0].query["shipment_number"] == "GEHEIM-1002"


def test_an_empty_account_can_prove_little_and_says_so() -> None:
    with FakeShipStation().client() as client:
        report = examine(client)
    assert verdicts(report)["13.1a"] == "not testable here"
    assert "no shipment" in meaning(report, "13.1a")


def test_a_plan_that_includes_tracking_by_number_is_told() -> None:
    report = examined(FakeShipStation(tracking_plan=True))
    assert verdicts(report)["13.7"] == "contradicted"
    assert "client.track()" in meaning(report, "13.7")


def test_a_fault_of_the_api_leaves_its_point_open() -> None:
    fake = FakeShipStation()
    fake.fail_next(500, times=10, path="fulfillments")
    assert verdicts(examined(fake))["13.3"] == "not testable here"


OF_SHIPMENTS = {"13.1a", "13.1b", "13.1c", "13.2", "13.5", "13.9"}
OF_LABELS = {"13.3", "13.4", "13.7", "5.4", "6.1", "7.2", "14.8"}


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize(("path", "points"), [("/v2/shipments", OF_SHIPMENTS), ("/v2/labels", OF_LABELS)])
@pytest.mark.parametrize("options", [{}, {"order_id": "GEHEIM-1001"}])
def test_a_list_that_is_refused_leaves_the_points_open_that_need_it_and_no_other(
    status: int, path: str, points: set[str], options: dict[str, str]
) -> None:
    fake = FakeShipStation()
    fake.fail_next(status, times=1000, path=path)
    report = examined(fake, **options)
    whole = examined(FakeShipStation(), **options)
    for finding, usual in zip(report.findings, whole.findings, strict=True):
        if finding.point in points:
            assert finding.verdict == "not testable here"
            assert str(status) in finding.meaning
        else:
            assert finding == usual


def test_a_key_that_was_good_and_is_refused_for_one_list_leaves_its_points_open() -> None:
    for path, points in (("/v2/labels", OF_LABELS), ("/v2/fulfillments", {"13.3"}), ("/v2/tracking", {"13.7"})):
        fake = FakeShipStation()
        fake.fail_next(401, times=1000, path=path)
        report = examined(fake)
        assert {finding.point for finding in report.findings if "AuthenticationError 401" in finding.meaning} == points
        assert all(verdicts(report)[point] == "not testable here" for point in points)


class SignRefusingAccount(FakeShipStation):
    """An account that refuses to look for a number with its sign."""

    status = 403

    def handle(self, method: str, url: str, headers: Mapping[str, str]) -> FakeReply:
        if "shipment_number=%23" in url:
            self.fail_next(self.status)
        return super().handle(method, url, headers)


@pytest.mark.parametrize("status", [403, 401])
def test_an_order_whose_second_spelling_is_refused_leaves_the_points_of_shipments_open(status: int) -> None:
    fake = SignRefusingAccount()
    fake.status = status
    report = examined(fake, order_id="GEHEIM-7")
    assert all(str(status) in meaning(report, point) for point in OF_SHIPMENTS)
    assert verdicts(report)["6.1"] == "established"


def test_an_order_that_has_its_sign_in_the_store_is_found() -> None:
    fake = FakeShipStation()
    fake.add_order("#GEHEIM-7")
    assert verdicts(examined(fake, order_id="GEHEIM-7"))["13.9"] == "established"


def test_an_account_that_refuses_everything_is_an_error_and_no_report() -> None:
    fake = FakeShipStation()
    fake.fail_next(403, times=1000)
    with pytest.raises(PermissionDeniedError):
        examined(fake)


def test_an_account_that_cannot_be_reached_is_an_error_and_no_report() -> None:
    fake = FakeShipStation()
    fake.fail_next("reset", times=1000)
    with pytest.raises(APIConnectionError):
        examined(fake)


def test_a_refused_key_is_an_error_and_no_report() -> None:
    fake = FakeShipStation()
    with fake.client(api_key="wrong") as client, pytest.raises(AuthenticationError):
        examine(client)


def test_an_account_over_its_quota_is_an_error_and_no_report() -> None:
    fake = FakeShipStation(requests_per_minute=3)
    with pytest.raises(RateLimitError):
        examined(fake)


def test_a_client_is_all_it_needs(recwarn: pytest.WarningsRecorder) -> None:
    fake = FakeShipStation()
    with fake.serve() as server, ShipStationClient(fake.api_key, base_url=server.base_url) as client:
        assert examine(client).requests > 0
    assert not recwarn.list
