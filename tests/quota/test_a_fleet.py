"""Eight processes of two threads each, and an account that refuses what is over its quota.

The minute-long run is a benchmark (P8); this is the same, scaled down.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.valkey import Valkey

ROOT = Path(__file__).parents[2]
LIMIT, RESERVE, WINDOW = 40, 14, 0.8
# The account's own window is shorter: here a request may arrive late because the machine is busy with other tests.
ACCOUNTS_WINDOW = 0.4


@pytest.fixture(scope="module")
def fleet() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("fleet", ROOT / "benchmarks" / "fleet.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fleet"] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules["fleet"]


def plan_of(fleet: ModuleType, **changes: Any) -> Any:
    """A bulk job in all processes but the first, where customers ask three times a window; Redis may take its time."""
    usual = {"orders": 5, "asks": 6, "pause": 0.4, "answer_seconds": 5.0}
    return fleet.Plan(limit=LIMIT, window=WINDOW, reserve=RESERVE, **{**usual, **changes})


def test_a_fleet_that_shares_a_quota_is_never_refused_and_its_bulk_jobs_leave_room_for_conversations(
    fleet: ModuleType, valkey: Valkey
) -> None:
    plan = plan_of(fleet)
    account = fleet.Account(LIMIT, ACCOUNTS_WINDOW)
    account.stock(7 * plan.orders)
    (conversations, *bulk), seconds = fleet.run(plan, account, valkey.url)
    assert account.over == 0
    assert [report.errors for report in (conversations, *bulk)] == [[]] * 8
    assert [report.answered for report in bulk] == [plan.orders] * 7
    assert conversations.answered == 12
    # Nobody in a conversation waited for a permit; the bulk jobs did, and their steps say for what.
    assert conversations.waits == []
    waits = [wait for report in bulk for wait in report.waits]
    assert waits
    assert all(wait.startswith("GET ") and ": in bulk, waiting for the account's quota for " in wait for wait in waits)
    # 105 requests, of which 26 fit into a window: they spread over five, the first of which needs no time.
    assert seconds >= 4 * WINDOW


def test_a_refusal_of_the_platform_pauses_every_process_that_shares_the_quota(
    fleet: ModuleType, valkey: Valkey
) -> None:
    plan = plan_of(fleet, processes=4, orders=4, asks=1)
    account = fleet.Account(1000, ACCOUNTS_WINDOW, refuse_at=12, retry_after=2)
    account.stock(3 * plan.orders)
    reports, _ = fleet.run(plan, account, valkey.url)
    assert [report.errors for report in reports] == [[]] * 4
    since = [at - account.refused_at for at in account.arrivals if at > account.refused_at]
    assert not [at for at in since if 1.0 <= at < 2.0]  # what was under way has arrived by then
    assert [at for at in since if at >= 2.0]
