"""``track --from``: JSON Lines as results come, counts at the end, an exit status for all."""

from __future__ import annotations

import json
import subprocess

import pytest

from shipstation_aissist import TrackOrderAction
from shipstation_aissist.actions.tools import error_result
from shipstation_aissist.errors import OrderNotFoundError
from shipstation_aissist.testing import sandbox


def lines(stdout: str) -> list[dict]:
    assert stdout.endswith("\n") or not stdout
    return [json.loads(line)["shipstation"] for line in stdout.splitlines()]


def test_every_order_has_a_line_in_the_order_of_the_file(run, csv_file):
    ended = run("track", "--from", csv_file("order_id\n12346\n12345\n12348\n"), "--sandbox")
    action = TrackOrderAction(sandbox().client())
    assert ended.stdout == "".join(f"{action.run(number).to_json()}\n" for number in ("12346", "12345", "12348"))
    assert ended.status == 0
    assert ended.stderr == "3 orders: 3 answered, 0 not found or ambiguous, 0 failed, 0 skipped.\n"


def test_full_gives_every_line_the_full_format(run, csv_file):
    ended = run("track", "--from", csv_file("12349\n"), "--sandbox", "--full")
    assert [line["state"] for line in lines(ended.stdout)] == ["partially_delivered"]


def test_orders_come_from_standard_input_too(run):
    ended = run("track", "--from", "-", "--sandbox", stdin=b"order_id,postal_code\n12345,29646\n12345,10001\n")
    assert ["error" in line for line in lines(ended.stdout)] == [False, True]
    assert ended.status == 3


def test_a_failed_line_has_the_shape_that_a_tool_call_gives(run, csv_file):
    ended = run("track", "--from", csv_file("4711\n"), "--sandbox")
    with pytest.raises(OrderNotFoundError) as error:
        TrackOrderAction(sandbox().client()).run("4711")
    assert json.loads(ended.stdout) == error_result("4711", error.value)


@pytest.mark.parametrize(
    ("orders", "status", "counts"),
    [
        ("12345\n12346\n", 0, "2 orders: 2 answered, 0 not found or ambiguous, 0 failed, 0 skipped."),
        ("12345\n4711\n", 3, "2 orders: 1 answered, 1 not found or ambiguous, 0 failed, 0 skipped."),
        (f"12345\n4711\n{'7' * 51}\n", 1, "3 orders: 1 answered, 1 not found or ambiguous, 1 failed, 0 skipped."),
        ("4711\n", 3, "1 order: 0 answered, 1 not found or ambiguous, 0 failed, 0 skipped."),
        ("", 0, "0 orders: 0 answered, 0 not found or ambiguous, 0 failed, 0 skipped."),
    ],
)
def test_the_exit_status_and_the_counts_sum_up_all_lines(run, csv_file, orders, status, counts):
    ended = run("track", "--from", csv_file(f"order_id\n{orders}"), "--sandbox")
    assert (ended.status, ended.stderr) == (status, f"{counts}\n")


def test_a_row_without_an_order_id_has_a_line_too(run, csv_file):
    ended = run("track", "--from", csv_file("order_id,postal_code\n,29646\n"), "--sandbox")
    assert [line["error"]["code"] for line in lines(ended.stdout)] == ["invalid_order_id"]
    assert ended.status == 1


DOUBTFUL_CHECKS = b"order_id,postal_code,email\n12345,-,\n12345,,\n12345,,jo.example.com\n12346,,\n12348,-,\n"


@pytest.mark.parametrize("is_piped", [True, False])
def test_a_row_whose_recipient_check_is_none_has_its_line_and_never_stops_the_rest(run, csv_file, is_piped):
    source = "-" if is_piped else csv_file(DOUBTFUL_CHECKS)
    ended = run("track", "--from", source, "--sandbox", stdin=DOUBTFUL_CHECKS)
    found = lines(ended.stdout)
    assert [line["order_id"] for line in found] == ["12345", "12345", "12345", "12346", "12348"]
    codes = [line.get("error", {}).get("code") for line in found]
    assert codes == ["invalid_arguments", None, "invalid_arguments", None, "invalid_arguments"]
    assert ended.status == 1
    assert ended.stderr == "5 orders: 2 answered, 0 not found or ambiguous, 3 failed, 0 skipped.\n"


def test_a_row_whose_recipient_check_is_none_is_asked_again_unless_its_order_was_answered(run, csv_file, tmp_path):
    done = tmp_path / "answers.jsonl"
    source = csv_file("order_id,email\n12345,jo\n12346,\n12348,jo\n")
    done.write_text(run("track", "--from", source, "--sandbox").stdout)
    source = csv_file("order_id,email\n12345,\n12346,jo\n12348,jo\n")
    ended = run("track", "--from", source, "--skip-done", str(done), "--final", "not-found", "--sandbox")
    assert [("error" in line, line["order_id"]) for line in lines(ended.stdout)] == [(False, "12345"), (True, "12348")]
    assert ended.stderr == "3 orders: 1 answered, 0 not found or ambiguous, 1 failed, 1 skipped.\n"


def test_a_column_of_postal_codes_under_another_name_is_misuse(run, account, csv_file):
    ended = run("track", "--from", csv_file("order_id,zip\n12345,29646\n"))
    assert (ended.status, ended.stdout, account.calls) == (2, "", [])
    assert "postal_code" in ended.stderr


def test_an_unreadable_file_is_refused_before_anything_is_asked(run, account, csv_file):
    ended = run("track", "--from", csv_file(b"order_id\n1\n\xff\n"))
    assert (ended.status, ended.stdout, account.calls) == (2, "", [])
    assert "UTF-8" in ended.stderr


@pytest.mark.parametrize(
    "option", [("--postal-code", "29646"), ("--format", "text"), ("--skip-done", "/no/such/file"), ("--store-id", " ")]
)
def test_options_that_do_not_fit_a_batch_are_misuse(run, csv_file, option):
    assert run("track", "--from", csv_file("1\n"), "--sandbox", *option).status == 2


def test_a_file_that_is_not_there_is_misuse(run, tmp_path):
    assert run("track", "--from", str(tmp_path / "no.csv"), "--sandbox").status == 2
    assert run("track", "--from", str(tmp_path), "--sandbox").status == 2


def test_skip_done_asks_only_for_what_the_former_output_did_not_answer(run, account, csv_file, tmp_path):
    for number in ("1", "2", "3", "4"):
        account.add_order(number)
    done = tmp_path / "answers.jsonl"
    done.write_text(
        '{"shipstation": {"order_id": "1", "tracking": null}}\n'
        '{"shipstation": {"order_id": "2", "error": {"code": "timeout", "message": "..."}}}\n'
        '{"shipstation": {"order_id": "3", "tra'
    )
    ended = run("track", "--from", csv_file("1\n2\n3\n4\n"), "--skip-done", str(done))
    assert [line["order_id"] for line in lines(ended.stdout)] == ["2", "3", "4"]
    assert ended.stderr == "4 orders: 3 answered, 0 not found or ambiguous, 0 failed, 1 skipped.\n"
    assert {call.query.get("shipment_number") for call in account.calls} - {None} == {"2", "3", "4"}


def test_the_last_line_of_an_order_counts_and_what_was_not_found_is_skipped_on_request(
    run, account, csv_file, tmp_path
):
    done = tmp_path / "answers.jsonl"
    not_found = '"error": {"code": "order_not_found", "message": "..."}'
    ambiguous = '"error": {"code": "ambiguous_order", "message": "..."}'
    said = [(1, '"tracking": null'), (1, not_found), (2, not_found), (2, '"tracking": null'), (3, ambiguous)]
    done.write_text("".join(f'{{"shipstation": {{"order_id": "{number}", {what}}}}}\n' for number, what in said))
    options = ("track", "--from", csv_file("1\n2\n3\n4\n"), "--skip-done", str(done))
    assert [line["order_id"] for line in lines(run(*options).stdout)] == ["1", "3", "4"]
    assert [line["order_id"] for line in lines(run(*options, "--final", "not-found").stdout)] == ["3", "4"]
    assert run("track", "--from", csv_file("1\n"), "--final", "not-found").status == 2


@pytest.mark.parametrize("torn", ["", '{"shipstation": {"order_id": "2", "tra'])
def test_appending_to_the_former_output_leaves_no_answer_glued_to_a_torn_line(start, csv_file, tmp_path, torn):
    done = tmp_path / "answers.jsonl"
    done.write_text(f'{{"shipstation": {{"order_id": "12345", "tracking": null}}}}\n{torn}')
    with done.open("ab") as output:
        orders = csv_file("12345\n12348\n")
        process = start("track", "--from", orders, "--skip-done", str(done), "--sandbox", stdout=output)
        assert process.wait(timeout=30) == 0
    last = '{"shipstation": {"order_id": "12348", "tracking": null}}'
    assert done.read_text().splitlines()[1:] == [torn, last] if torn else [last]


def test_a_torn_former_output_that_is_not_appended_to_leaves_the_new_output_alone(start, csv_file, tmp_path):
    done = tmp_path / "answers.jsonl"
    done.write_text("{")
    process = start("track", "--from", csv_file("12348\n"), "--skip-done", str(done), "--sandbox")
    stdout, _ = process.communicate(timeout=30)
    assert stdout == b'{"shipstation": {"order_id": "12348", "tracking": null}}\n'


def test_a_slow_reader_of_a_pipe_gets_whole_lines_and_head_ends_it_quietly(start, csv_file):
    process = start("track", "--from", csv_file("12345\n" * 200), "--sandbox")
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["shipstation"]["order_id"] == "12345"
    process.stdout.close()
    assert process.wait(timeout=30) == 1
    assert process.stderr.read() == b""


@pytest.mark.parametrize("piped", [True, False])
def test_a_bar_is_on_stderr_only_where_that_is_a_terminal(start, csv_file, piped):
    import pty

    terminal, end_of_process = pty.openpty()
    stdout = subprocess.PIPE if piped else end_of_process
    process = start("track", "--from", csv_file("12345\n12346\n"), "--sandbox", stdout=stdout, stderr=end_of_process,
                    env={"TERM": "xterm", "COLUMNS": "200"})  # fmt: skip
    import os

    os.close(end_of_process)
    shown = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        shown += more
        if not more:
            break
    os.close(terminal)
    assert process.wait(timeout=30) == 0
    assert b"2/2" in shown
    assert shown.replace(b"\r", b"").endswith(b"2 orders: 2 answered, 0 not found or ambiguous, 0 failed, 0 skipped.\n")
    if piped:
        assert process.stdout is not None
        assert len(lines(process.stdout.read().decode())) == 2
    else:
        assert shown.count(b'{"shipstation"') == 2
