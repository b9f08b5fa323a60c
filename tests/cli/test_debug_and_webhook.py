"""``debug`` and ``webhook``: how an answer comes about, and what a notification says."""

from __future__ import annotations

import json
import re
import sys

import pytest

from shipstation_aissist import TrackOrderAction
from shipstation_aissist.testing import sandbox

NOT_FOUND, INVALID, FAILED = 3, 2, 1


def test_debug_prints_the_trace_of_the_answer(run):
    ended = run("debug", "12345", "--sandbox")
    trace = json.loads(ended.stdout)
    expected = TrackOrderAction(sandbox().client()).debug("12345").to_dict()
    assert (ended.status, ended.stderr) == (0, "")
    assert list(trace) == list(expected)
    assert trace["response"]["shipstation"].pop("as_of")
    assert expected["response"]["shipstation"].pop("as_of")
    assert trace["response"] == expected["response"]
    assert [step["what"] for step in trace["steps"]] == [step["what"] for step in expected["steps"]]


def test_debug_as_text_is_the_report_for_a_terminal(run):
    ended = run("debug", "12345", "--sandbox", "--format", "text")
    report = str(TrackOrderAction(sandbox().client()).debug("12345"))
    durations = re.compile(r"\d+\.\d+ s")
    assert durations.sub("", ended.stdout).rstrip("\n") == durations.sub("", report).rstrip("\n")


def test_debug_masks_people_unless_it_is_told_to_reveal_them(run, account):
    account.add_order("700", recipient="Zebulon Quist")
    for output_format in ("json", "text"):
        assert "Quist" not in run("debug", "700", "--format", output_format).stdout
        assert "Quist" in run("debug", "700", "--format", output_format, "--reveal").stdout


def test_debug_takes_the_options_of_track(run, account):
    account.add_order("700", store_id="se-9", postal_code="29646")
    arguments = ["--store-id", "se-9", "--order-key", "number", "--order-id-pattern", r"S-(\d+)", "--full"]
    ended = run("debug", "S-700", "--postal-code", "29646", *arguments)
    assert json.loads(ended.stdout)["response"]["shipstation"]["order_id"] == "S-700"


@pytest.mark.parametrize(("order_id", "fault", "status"), [("4711", None, 3), ("", None, 2), ("700", 403, 1)])
def test_debug_ends_like_track_and_prints_the_trace_of_a_failure_too(run, account, order_id, fault, status):
    if fault:
        account.fail_next(fault)
    ended = run("debug", order_id)
    assert ended.status == status
    assert json.loads(ended.stdout)["error"]["message"]


@pytest.fixture
def notification(tmp_path):
    """The body of a sandbox order's notification, in a file."""
    path = tmp_path / "event.json"
    path.write_bytes(sandbox().notification("12345").body)
    return path


def test_webhook_shows_the_event_and_its_order(run, notification):
    ended = run("webhook", str(notification), "--sandbox")
    printed = json.loads(ended.stdout)
    assert (ended.status, ended.stderr) == (0, "")
    assert printed["event"]["event_type"] == "TRACK_EVENT_V2"
    assert printed["event"]["label_id"].startswith("se-")
    assert {"shipstation": printed["shipstation"]} == TrackOrderAction(sandbox().client()).run("12345").to_dict()


def test_webhook_reads_standard_input_and_prints_text_for_people(run, notification):
    ended = run("webhook", "-", "--sandbox", "--format", "text", "--full", stdin=notification.read_bytes())
    assert ended.stdout.splitlines()[0].startswith("TRACK_EVENT_V2 about label se-")
    assert "Delivered · order 12345\n" in ended.stdout


def test_webhook_without_a_label_shows_the_event_and_ends_with_3(run):
    body = b'{"resource_type": "NEWS", "resource_url": null}'
    ended = run("webhook", "-", "--sandbox", stdin=body)
    assert (ended.status, json.loads(ended.stdout)["shipstation"]["error"]["code"]) == (NOT_FOUND, "order_not_found")
    assert ended.stderr.startswith("Error: The notification names no label")
    assert run("webhook", "-", "--sandbox", "--format", "text", stdin=body).stdout == "NEWS\n"


def test_webhook_refuses_what_is_no_notification(run):
    ended = run("webhook", "-", "--sandbox", stdin=b"<html>")
    assert (ended.status, ended.stdout) == (FAILED, "")
    assert "not JSON" in ended.stderr


def test_webhook_needs_a_key_and_a_file(run, notification, tmp_path):
    assert run("webhook", str(notification)).status == INVALID
    assert run("webhook", str(tmp_path / "no.json"), "--sandbox").status == INVALID


def test_webhook_needs_no_cryptography(run, notification, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("cryptography", "shipstation_aissist.webhooks"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert run("webhook", str(notification), "--sandbox").status == 0
