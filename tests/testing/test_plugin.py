"""The plugin, in somebody else's project: one line in the root conftest.py."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

CONFTEST = 'pytest_plugins = ["shipstation_aissist.testing.plugin"]'
TESTS = """
import pytest
import requests
from shipstation_aissist.testing import FakeAdapter, FakeUsageError

kept = []

def ask(fake, path, method="GET"):
    session = requests.Session()
    session.mount("https://", FakeAdapter(fake))
    return session.request(method, "https://api.shipstation.com" + path, headers={"API-Key": fake.api_key})

def test_good(fake_shipstation):
    fake_shipstation.add_order("12345")
    assert ask(fake_shipstation, "/v2/shipments").json()["total"] == 1
    kept.append(fake_shipstation)

def test_each_test_has_a_fake_of_its_own(fake_shipstation):
    assert ask(fake_shipstation, "/v2/shipments").json()["total"] == 0

def test_after_use():
    with pytest.raises(FakeUsageError):
        kept[0].add_order("12346")

def test_unknown(fake_shipstation):
    ask(fake_shipstation, "/v2/orders")
    ask(fake_shipstation, "/v2/labels", "POST")
"""


def test_each_test_has_its_own_fake_and_unknown_requests_fail_the_test_that_made_them(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:asyncio", "-p", "no:cacheprovider", "-q")
    result.assert_outcomes(passed=4, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*the fake ShipStation was asked for what it does not have:",
            "*GET /v2/orders",
            "*POST /v2/labels",
            "*It has:",
            "*GET /v2/shipments",
            "*ERROR *test_unknown*",
        ]
    )
    assert "Traceback" not in result.stdout.str()
