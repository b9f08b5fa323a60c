"""``doctor`` and ``record``: what is made to be sent to somebody, whole or not at all."""

from __future__ import annotations

import json
import os

import pytest

from shipstation_aissist import TrackOrderAction
from shipstation_aissist.testing import FakeShipStation


def test_the_doctor_prints_text_for_people_and_ends_with_0(run, account):
    account.add_order("GEHEIM-1", recipient="Ada Lovelace")
    ended = run("doctor")
    assert (ended.status, ended.stderr) == (0, "")
    assert "Does the filter shipment_number match exactly?" in ended.stdout
    assert "established: Your account matches numbers exactly" in ended.stdout
    assert "GEHEIM" not in ended.stdout
    assert "Lovelace" not in ended.stdout


def test_the_doctor_prints_json_when_asked_and_tries_the_order_that_is_named(run, account):
    account.add_order("1001")
    account.add_order("1002")
    ended = run("doctor", "--order", "#1002", "--json")
    report = json.loads(ended.stdout)
    assert ended.status == 0
    assert set(report) == {"version", "requests", "findings"}
    assert report["requests"] <= 25
    assert any(call.query.get("shipment_number") == "1002" for call in account.calls)


def test_the_sandbox_has_a_doctor_and_records_without_a_key(run, tmp_path):
    assert run("doctor", "--sandbox").status == 0
    file = tmp_path / "case.json"
    assert run("record", "12347", "--sandbox", "--to", str(file)).status == 0
    fake = FakeShipStation.from_recording(file)
    with fake.client() as client:
        response = TrackOrderAction(client).run(json.loads(file.read_text())["order_id"])
    assert response.state == "exception"


def test_record_writes_the_file_and_says_on_stderr_what_is_in_it(run, account, tmp_path):
    account.add_order("1001", recipient="Ada Lovelace", postal_code="29646", email="ada@a.example")
    account.deliver("1001")
    file = tmp_path / "case.json"
    options = ("--postal-code", "29646", "--email", "ada@a.example", "--order-key", "number")
    ended = run("record", "1001", "--to", str(file), *options)
    written = json.loads(file.read_text())
    assert (ended.status, ended.stdout) == (0, "")
    assert ended.stderr.startswith(f"Recorded 3 requests in {file}: delivered.")
    assert (written["order_key"], written["state"]) == ("number", "delivered")
    assert "Lovelace" not in file.read_text()


@pytest.mark.parametrize("command", [("doctor", "--order", "1"), ("record", "1", "--to", "case.json")])
@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [("no key", 2, "No API key"), (401, 1, "401"), (429, 1, "429"), ("not found", 3, "No order matches")],
)
def test_what_cannot_be_asked_is_a_sentence_and_a_status_and_leaves_no_file(
    command, fault, status, said, run, account, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    if fault == "no key":
        monkeypatch.delenv("SHIPSTATION_API_KEY")
    elif fault == 401:
        monkeypatch.setenv("SHIPSTATION_API_KEY", "wrong")
    elif fault == 429:
        account.fail_next(429, times=9, retry_after=60)
    ended = run(*command)
    assert (ended.status, ended.stdout) == (status, "")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_quota_that_runs_out_amid_a_recording_leaves_no_file(run, account, tmp_path):
    account.add_order("1001")
    account.deliver("1001")
    account.fail_next(429, times=9, retry_after=60, path="track")
    ended = run("record", "1001", "--to", str(tmp_path / "case.json"))
    assert (ended.status, ended.stderr.count("\n")) == (1, 1)
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(run, account, tmp_path):
    for path in (tmp_path, tmp_path / "none" / "case.json"):
        ended = run("record", "1001", "--to", str(path))
        assert (ended.status, account.calls) == (2, [])
        assert "no file can be written" in ended.stderr
    assert run("record", "1001").status == 2


def test_a_recording_that_cannot_be_finished_leaves_the_former_file_as_it_was(run, account, tmp_path, monkeypatch):
    account.add_order("1001")
    file = tmp_path / "case.json"
    file.write_text("former")

    def refuse(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    ended = run("record", "1001", "--to", str(file))
    assert (ended.status, file.read_text()) == (1, "former")
    assert "No space left" in ended.stderr
    assert list(tmp_path.iterdir()) == [file]
