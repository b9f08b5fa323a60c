"""What only a process of its own shows: the entry point, Ctrl-C, closed pipes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import shipstation_aissist
from shipstation_aissist import __main__
from shipstation_aissist.cli.interrupts import in_one_piece, terminated_as_interrupted
from shipstation_aissist.testing import FakeShipStation


def test_python_m_runs_the_same_command_line(start):
    process = start("track", "12345", "--sandbox")
    stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (0, b"")
    assert json.loads(stdout)["shipstation"]["order_id"] == "12345"
    assert start("track", "4711", "--sandbox").wait(timeout=30) == 3
    assert start("track", "12345").wait(timeout=30) == 2


def test_without_the_extra_it_says_which_one_to_install(tmp_path):
    code = "import sys; sys.modules['typer'] = None; from shipstation_aissist.__main__ import main; main()"
    process = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (process.returncode, process.stdout) == (2, b"")
    assert process.stderr == b'The command line needs an extra: pip install "shipstation-aissist[cli]"\n'


def test_another_module_that_is_missing_is_no_missing_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "shipstation_aissist.cli.app", None)
    with pytest.raises(ModuleNotFoundError, match=r"cli\.app"):
        __main__.main()


def test_ctrl_c_before_a_command_has_begun_ends_with_130(monkeypatch):
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    statuses: list[int] = []
    monkeypatch.setattr("shipstation_aissist.cli.app.app", interrupt)
    monkeypatch.setattr(os, "_exit", statuses.append)
    __main__.main()
    assert statuses == [130]


def test_starting_loads_neither_the_test_kit_nor_what_only_one_command_needs():
    code = (
        "import sys, shipstation_aissist.cli.app; "
        "print([m for m in sys.modules if m.startswith(('shipstation_aissist.testing', 'mcp', 'cryptography'))])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert printed.stdout == b"[]\n"


@pytest.fixture
def slow_account():
    """Orders 1000 to 1299, each reply after a while; some of the first have a long history."""
    fake = FakeShipStation()
    for number in range(1000, 1300):
        fake.add_order(str(number))
    for number in range(1000, 1060, 3):
        fake.buy_label(str(number))
        for _ in range(30):
            fake.scan(str(number), description="Arrived at Facility " * 20)
    with fake.serve(latency=0.02) as server:
        yield {"SHIPSTATION_API_KEY": fake.api_key, "SHIPSTATION_BASE_URL": server.base_url}


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(("lines_before", "sent"), [(1, signal.SIGINT), (40, signal.SIGINT), (40, signal.SIGTERM)])
def test_ctrl_c_or_sigterm_ends_a_batch_with_130_at_once_and_leaves_only_whole_lines(
    start, csv_file, slow_account, lines_before, sent, unbuffered
):
    orders = csv_file("\n".join(map(str, range(1000, 1300))))
    env = {**slow_account, "PYTHONUNBUFFERED": unbuffered}
    process = start("track", "--from", orders, "--full", env=env, bufsize=0)
    assert process.stdout is not None
    head = [process.stdout.readline() for _ in range(lines_before)]
    pressed = time.monotonic()
    process.send_signal(sent)
    rest, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - pressed < 5
    written = b"".join([*head, rest])
    assert written.endswith(b"\n")
    answered = [json.loads(line)["shipstation"]["order_id"] for line in written.splitlines()]
    assert answered == [str(number) for number in range(1000, 1000 + len(answered))]
    assert len(answered) < 300
    assert (
        f"Interrupted. {len(answered)} order{'s' * (len(answered) != 1)}: {len(answered)} answered" in stderr.decode()
    )
    assert b"Traceback" not in stderr


def test_ctrl_c_does_not_wait_for_a_reply_that_is_under_way(start):
    fake = FakeShipStation()
    fake.fail_next("timeout", times=10)
    with fake.serve() as server:
        env = {"SHIPSTATION_API_KEY": fake.api_key, "SHIPSTATION_BASE_URL": server.base_url}
        process = start("track", "700", "--timeout", "60", env=env)
        while not fake.calls and process.poll() is None:
            time.sleep(0.01)
        pressed = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == (b"", b"")
        assert process.returncode == 130
        assert time.monotonic() - pressed < 5


def test_ctrl_c_ends_the_sandbox_and_until_then_its_answers_are_there_for_the_exported_variables(start):
    process = start("sandbox")
    assert process.stdout is not None
    assert process.stderr is not None
    exported = dict(re.findall(r"(SHIPSTATION_\w+)=(\S+)", process.stdout.readline().decode()))
    assert set(exported) == {"SHIPSTATION_API_KEY", "SHIPSTATION_BASE_URL"}
    assert start("track", "12345", env=exported).wait(timeout=30) == 0
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    said = process.stderr.read().decode()
    documented = (Path(__file__).parents[2] / "docs" / "reference" / "command-line.md").read_text("utf-8")
    assert re.findall(r"^  \d{5}  .*", said, re.MULTILINE) == re.findall(r"^  \d{5}  .*", documented, re.MULTILINE)
    for expected in (exported["SHIPSTATION_BASE_URL"], exported["SHIPSTATION_API_KEY"], "  12345  Delivered\n"):
        assert expected in said


def test_a_port_that_is_taken_is_misuse(run):
    with FakeShipStation().serve() as server:
        port = re.findall(r":(\d+)/", server.base_url)[0]
        ended = run("sandbox", "--port", port)
    assert ended.status == 2
    assert "--port" in ended.stderr


def test_a_reader_that_is_gone_ends_a_command_quietly(start):
    reading, writing = os.pipe()
    os.close(reading)
    process = start("track", "12345", "--sandbox", stdout=writing)
    os.close(writing)
    assert process.wait(timeout=30) == 1
    assert process.stderr is not None
    assert process.stderr.read() == b""


def interrupted(times: int, written: list[str]) -> None:
    with in_one_piece():
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        written.append("the rest of the line")


@pytest.mark.parametrize(("times", "written_in_the_end"), [(1, ["the rest of the line"]), (2, [])])
def test_ctrl_c_waits_until_a_line_is_whole_and_a_second_one_does_not(times, written_in_the_end):
    written: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(times, written)
    assert written == written_in_the_end
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_ctrl_c_is_ignored_it_stays_ignored():
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with in_one_piece():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, former)


def test_the_version_of_the_command_is_that_of_the_package(start):
    stdout, _ = start("--version").communicate(timeout=30)
    assert stdout.decode().split() == ["shipstation-aissist", shipstation_aissist.__version__]


def test_sigterm_waits_until_a_line_is_whole_and_afterwards_is_as_it_was():
    written: list[str] = []

    def write() -> None:
        with terminated_as_interrupted(), in_one_piece():
            signal.raise_signal(signal.SIGTERM)
            written.append("the rest of the line")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert written == ["the rest of the line"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_sigterm_that_a_program_handles_itself_stays_its_own():
    former = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with terminated_as_interrupted(), in_one_piece():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, former)


def test_a_shell_completes_commands(start):
    asked = {
        "_SHIPSTATION_AISSIST_COMPLETE": "complete_bash",
        "COMP_WORDS": "shipstation-aissist do",
        "COMP_CWORD": "1",
    }
    assert start(env=asked).communicate(timeout=30)[0].split() == [b"doctor"]
