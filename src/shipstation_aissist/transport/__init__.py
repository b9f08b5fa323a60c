"""The only code that does I/O, sleeps or reads a clock."""

from shipstation_aissist.transport import urllib3_in_place as _checked_first
from shipstation_aissist.transport.clock import Clock, Deadline, SystemClock
from shipstation_aissist.transport.driver import Transport, drive
from shipstation_aissist.transport.secret import Secret

__all__ = ["Clock", "Deadline", "Secret", "SystemClock", "Transport", "drive"]

del _checked_first
