"""``inbox``: what waits, what could not be told, and telling it after all."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from shipstation_aissist.inbox import Inbox
from support.inbox import Customer, HandClock, notification


@pytest.fixture
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/inbox.db"
    monkeypatch.setenv("SHIPSTATION_INBOX_URL", url)
    return url


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def inbox(url, clock):
    """One label was told, one waits, one could not be told."""
    inbox = Inbox(url, clock=clock)
    inbox.receive({}, notification("se-told"))
    inbox.deliver(Customer())
    inbox.receive({}, notification("se-failed", "delivered"))
    for minutes in (1, 5, 30, 120, 1):
        inbox.deliver(lambda news: 1 / 0)
        clock.advance(minutes=minutes)
    inbox.receive({}, notification("se-waiting"))
    yield inbox
    inbox.close()


def test_it_counts_labels_and_news(run, inbox):
    ended = run("inbox")
    assert (ended.status, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == {"labels": 3, "waiting": 1, "failed": 1}
    assert run("inbox", "counts", "--format", "text").stdout == "1 waiting, 1 failed · 3 labels known\n"


def test_it_lists_what_could_not_be_told(run, inbox):
    (failed,) = json.loads(run("inbox", "failed").stdout)
    assert failed["key"] == inbox.failed()[0].key
    assert (failed["label_id"], failed["before"], failed["after"]) == ("se-failed", None, "delivered")
    assert failed["error"].startswith("ZeroDivisionError at test_inbox.py:")
    said = run("inbox", "failed", "--format", "text").stdout
    assert f"{failed['key']} · se-failed: nothing told -> delivered · 5 attempts" in said


def test_it_lets_news_be_told_after_all(run, inbox, clock):
    customer = Customer()
    key = inbox.failed()[0].key
    assert json.loads(run("inbox", "retry", key).stdout)["failed"] == 0
    clock.time = datetime.now(UTC) + timedelta(seconds=1)  # the command's clock is the machine's
    assert inbox.deliver(customer) == 2
    assert key in {news.key for news in customer.told}
    ended = run("inbox", "retry", key)
    assert (ended.status, ended.stdout) == (3, "")
    assert "told or overtaken" in ended.stderr


@pytest.mark.parametrize("arguments", [["retry"], ["failed", "key"], ["counts", "key"], ["nothing"]])
def test_a_question_that_makes_no_sense_is_a_usage_error(run, inbox, arguments):
    assert run("inbox", *arguments).status == 2


def test_without_a_url_it_says_what_to_set(run, monkeypatch):
    monkeypatch.delenv("SHIPSTATION_INBOX_URL", raising=False)
    ended = run("inbox")
    assert (ended.status, "SHIPSTATION_INBOX_URL" in ended.stderr) == (2, True)


def test_a_file_that_does_not_exist_is_an_error_and_none_is_made(run, url, tmp_path):
    ended = run("inbox")
    assert (ended.status, "does not exist" in ended.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_read_is_one_line_and_status_1(run, url, tmp_path):
    with sqlite3.connect(tmp_path / "inbox.db") as connection:
        connection.execute("CREATE TABLE shipstation_inbox (other TEXT)")
    connection.close()
    ended = run("inbox")
    assert (ended.status, ended.stdout) == (1, "")
    assert ended.stderr.startswith("Error: ")
    assert ended.stderr.count("\n") == 1
