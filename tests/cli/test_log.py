"""``SHIPSTATION_LOG``: the log on stderr, of any command."""

from __future__ import annotations

import logging

import pytest


@pytest.mark.parametrize(("level", "count"), [("debug", 1), (" DEBUG ", 1), ("info", 0), ("warning", 0), ("", 0)])
def test_a_variable_turns_the_log_on_and_stdout_stays_as_it_was(run, account, monkeypatch, level, count):
    monkeypatch.setenv("SHIPSTATION_LOG", level)
    ended = run("test")
    assert ended.stderr.count("DEBUG GET labels?page_size -> 200") == count
    assert ended.stdout.startswith("{")
    assert account.api_key not in ended.stderr


def test_warnings_are_in_the_log_of_warnings(run, account, monkeypatch):
    monkeypatch.setenv("SHIPSTATION_LOG", "warning")
    account.fail_next(500)
    assert "WARNING" in run("test").stderr


def test_a_level_that_there_is_not_is_misuse_and_names_those_there_are(run, account, monkeypatch):
    monkeypatch.setenv("SHIPSTATION_LOG", "loud")
    ended = run("test")
    assert (ended.status, ended.stdout, account.calls) == (2, "", [])
    assert ended.stderr == "Error: SHIPSTATION_LOG must be one of debug, info, warning\n"


def test_the_log_is_as_it_was_when_a_command_has_ended(run, account, monkeypatch):
    monkeypatch.setenv("SHIPSTATION_LOG", "debug")
    logger = logging.getLogger("shipstation_aissist")
    before = (logger.level, list(logger.handlers))
    run("test")
    assert (logger.level, logger.handlers) == before
