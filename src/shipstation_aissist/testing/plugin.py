"""The pytest plugin: ``pytest_plugins = ["shipstation_aissist.testing.plugin"]`` in the root ``conftest.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shipstation_aissist.testing.fake import FakeShipStation


@pytest.fixture
def fake_shipstation() -> Iterator[FakeShipStation]:
    """A fake ShipStation of the test's own; ``fake_shipstation.client()`` is a real client that asks it.

    After the test it is closed, and anything that was asked and that ShipStation does not have fails the test.
    """
    fake = FakeShipStation()
    yield fake
    fake.close()
    try:
        fake.assert_no_unknown_requests()
    except AssertionError as unknown:
        pytest.fail(str(unknown), pytrace=False)
