"""A test kit for code that uses ShipStation: a fake account whose orders live as a test says.

In pytest, one line in the root ``conftest.py`` gives the fixture ``fake_shipstation``::

    pytest_plugins = ["shipstation_aissist.testing.plugin"]

Elsewhere, :class:`FakeShipStation` is used by itself, in memory (:meth:`FakeShipStation.client`) or behind HTTP on
loopback (:meth:`FakeShipStation.serve`).
"""

from shipstation_aissist.testing.adapter import FakeAdapter
from shipstation_aissist.testing.clock import FakeClock
from shipstation_aissist.testing.entities import FakeFulfillment, FakeItem, FakeLabel, FakeOrder, FakeScan, FakeShipment
from shipstation_aissist.testing.errors import FakeUsageError
from shipstation_aissist.testing.fake import FakeShipStation
from shipstation_aissist.testing.notifications import SignedNotification
from shipstation_aissist.testing.recorded import RecordingError
from shipstation_aissist.testing.replies import FakeReply, RecordedCall
from shipstation_aissist.testing.sample_orders import sandbox
from shipstation_aissist.testing.server import FakeServer

__all__ = [
    "FakeAdapter",
    "FakeClock",
    "FakeFulfillment",
    "FakeItem",
    "FakeLabel",
    "FakeOrder",
    "FakeReply",
    "FakeScan",
    "FakeServer",
    "FakeShipStation",
    "FakeShipment",
    "FakeUsageError",
    "RecordedCall",
    "RecordingError",
    "SignedNotification",
    "sandbox",
]
