"""The account's quota of requests, shared: by the threads of a process, or by a fleet.

A quota is a value: what the account allows. Each client opens it for its own account, and takes one permit before each
attempt::

    ShipStationClient(quota=LocalQuota(limit=200))
    ShipStationClient(quota=RedisQuota("redis://localhost:6379/0", limit=200, reserve=20))
"""

from typing import TYPE_CHECKING

from shipstation_aissist.quota.contract import Permits, Quota
from shipstation_aissist.quota.local import LocalQuota

if TYPE_CHECKING:
    from shipstation_aissist.quota.redis import RedisQuota

__all__ = ["LocalQuota", "Permits", "Quota", "RedisQuota"]


def __getattr__(name: str) -> object:
    if name == "RedisQuota":  # on first use: the extra ``redis`` may not be there
        from shipstation_aissist.quota.redis import RedisQuota

        return RedisQuota
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
