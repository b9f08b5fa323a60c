"""``test``: the Test button."""

from __future__ import annotations

import json

import pytest


def test_a_good_connection_ends_with_0_and_prints_the_status(run, account):
    ended = run("test")
    printed = json.loads(ended.stdout)
    assert (ended.status, ended.stderr, printed["ok"], printed["reason"]) == (0, "", True, "ok")
    assert set(printed) == {"ok", "reason", "message", "request_id", "elapsed"}


@pytest.mark.parametrize(("fault", "reason"), [(401, "bad_api_key"), ("plan", "plan_upgrade_required")])
def test_a_bad_connection_ends_with_1_and_prints_the_status_too(run, account, fault, reason):
    account.fail_next(fault)
    ended = run("test")
    assert (ended.status, json.loads(ended.stdout)["reason"]) == (1, reason)


def test_text_says_it_in_two_lines(run, account):
    assert run("test", "--format", "text").stdout.startswith("OK · 0.0 s\nThe connection works")
    account.fail_next(401)
    assert run("test", "--format", "text").stdout.startswith("Bad api key · 0.0 s\nShipStation answered 401")


def test_the_sandbox_needs_no_key(run):
    assert run("test", "--sandbox").status == 0
    assert run("test").status == 2
