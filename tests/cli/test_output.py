"""Results on stdout, everything else on stderr."""

from __future__ import annotations

import io
import json
import sys

import pytest

from shipstation_aissist.cli.output import note, plain, write_json, write_result


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_json_is_utf8_whatever_the_terminal_s_encoding_is(monkeypatch, encoding):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", stdout)
    write_json({"city": "東京"}, indent=None)
    assert stdout.buffer.getvalue().decode("utf-8") == '{"city": "東京"}\n'


def test_a_lone_surrogate_is_written_as_json_escapes_it(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), "utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)
    write_json("caf\u00e9 \ud800")
    assert stdout.buffer.getvalue() == '"café \\ud800"\n'.encode()
    assert json.loads(stdout.buffer.getvalue()) == "caf\u00e9 \ud800"


def test_a_result_follows_what_was_printed_before_it(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), "utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)
    stdout.write("first\n")
    write_result("second")
    assert stdout.buffer.getvalue() == b"first\nsecond\n"


def test_a_result_is_whole_also_where_a_stream_takes_a_part_at_a_time(monkeypatch):
    class Reluctant(io.BytesIO):
        def write(self, data):
            return super().write(data[:3])

    stdout = io.TextIOWrapper(Reluctant())
    monkeypatch.setattr(sys, "stdout", stdout)
    write_result("a long line")
    assert stdout.buffer.getvalue() == b"a long line\n"


def test_notes_go_to_stderr(capsys):
    note("careful")
    assert capsys.readouterr() == ("", "careful\n")


def test_a_text_from_outside_keeps_its_letters_and_loses_what_moves_a_terminal():
    assert plain("a\x1b[2Jb\r\nc\u2029d\u202ee\ud800f") == "a [2Jb  c de f"
    assert plain(None) == ""
    assert (
        plain("\u0646\u0645\u06cc\u200c\u062e") == "\u0646\u0645\u06cc\u200c\u062e"
    )  # a joiner is part of the spelling
