"""A real client asks the fake in memory, waits by its clock, and is closed with it."""

from __future__ import annotations

import pytest

from shipstation_aissist import AuthenticationError, ClientClosedError, MalformedResponseError, TrackOrderAction
from shipstation_aissist.testing import FakeShipStation


def test_a_client_tracks_a_scripted_order_with_three_requests(fake: FakeShipStation) -> None:
    fake.add_order("12345")
    fake.scan("12345")
    fake.deliver("12345")
    response = TrackOrderAction(fake.client()).run("12345")
    assert response.tracking is not None
    assert response.tracking.status_description == "Delivered"
    assert [call.path for call in fake.calls] == ["/v2/shipments", "/v2/labels", "/v2/labels/se-350001/track"]


def test_retries_and_waits_cost_the_fake_clocks_time_only(fake: FakeShipStation) -> None:
    fake.fail_next(429, retry_after=2)
    fake.fail_next("timeout")
    assert fake.client(timeout=60, max_retries=5).list_labels().total == 0
    assert [call.status for call in fake.calls] == [429, None, 200]
    assert fake.clock.sleeps[0] == 2
    assert fake.clock.monotonic() > 2


def test_a_client_may_have_options_of_its_own_a_wrong_key_among_them(fake: FakeShipStation) -> None:
    with pytest.raises(AuthenticationError):
        fake.client(api_key="TEST_wrong", max_retries=0).get_json("tags")


def test_a_reply_that_was_rewritten_reaches_the_client(fake: FakeShipStation) -> None:
    fake.rewrite(lambda body: [body])
    with pytest.raises(MalformedResponseError):
        list(fake.client().list_shipments())


def test_closing_the_fake_closes_its_clients(fake: FakeShipStation) -> None:
    client = fake.client()
    fake.close()
    with pytest.raises(ClientClosedError):
        client.get_json("tags")
