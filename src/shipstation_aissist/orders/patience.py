"""Patience: how long a merchant waits before an order counts as late, stalled or lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.texts import did_you_mean

_MOST_DAYS = 60


def _days(default: int) -> int:
    field: int = attrs.field(default=default, validator=_check)
    return field


def _check(_patience: object, field: attrs.Attribute[Any], value: Any) -> None:
    if type(value) is not int or not 0 <= value <= _MOST_DAYS:
        raise ConfigurationError(f"{field.name} must be a whole number of days, 0 to {_MOST_DAYS}, not {value!r}")


@attrs.frozen(kw_only=True)
class Patience:
    """When an order counts as late or stalled; the defaults are what the field uses.

    Business days are Monday to Friday: with calendar days every Monday would have false alarms.

    Attributes:
        late_days: Calendar days after the estimated day of delivery.
        no_scan_days: Business days after a label was made, without a scan.
        stalled_days: Business days after the newest scan.
        stalled_days_international: The same where the label says that the parcel goes abroad.
        presumed_lost_days: Calendar days after the newest scan.
        presumed_lost_days_international: The same where the label says that the parcel goes abroad.

    Raises:
        ConfigurationError: One of them is no whole number of 0 to 60; the message names it.

    Example:
        >>> Patience(late_days=2).stalled_days
        3
    """

    late_days: int = _days(0)
    no_scan_days: int = _days(3)
    stalled_days: int = _days(3)
    stalled_days_international: int = _days(5)
    presumed_lost_days: int = _days(10)
    presumed_lost_days_international: int = _days(20)


def read_patience(patience: object) -> Patience:
    """A merchant's patience: as it is, or as a table of its fields; ``None`` for the usual.

    Args:
        patience: A :class:`Patience`, a mapping of its fields, or ``None``.

    Raises:
        ConfigurationError: It is something else, or a field of it is; the message names it.
    """
    if patience is None:
        return Patience()
    if isinstance(patience, Patience):
        return patience
    if not isinstance(patience, Mapping):
        raise ConfigurationError(f"patience must be a Patience, not {type(patience).__name__}")
    fields = [field.name for field in attrs.fields(Patience)]
    unknown = next((name for name in patience if name not in fields), None)
    if unknown is not None:
        raise ConfigurationError(
            f"patience: {unknown!r} is none of its fields; there are {', '.join(fields)}{did_you_mean(unknown, fields)}"
        )
    return Patience(**patience)
