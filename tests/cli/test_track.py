"""``track ORDER_ID``: what is asked, what is printed, how it ends."""

from __future__ import annotations

import json

import pytest

from shipstation_aissist import TrackOrderAction
from shipstation_aissist.testing import FakeShipStation, sandbox


def test_the_readme_command_prints_the_documented_json_and_nothing_else(run):
    ended = run("track", "12345", "--sandbox")
    documented = TrackOrderAction(sandbox().client()).run("12345").to_json(indent=2)
    assert (ended.status, ended.stdout, ended.stderr) == (0, f"{documented}\n", "")


def test_full_prints_the_full_format(run):
    ended = run("track", "12349", "--sandbox", "--full")
    printed = json.loads(ended.stdout)
    expected = TrackOrderAction(sandbox().client()).run("12349").to_dict("full")
    assert printed["shipstation"].pop("as_of")
    assert expected["shipstation"].pop("as_of")
    assert printed == expected


def test_the_key_and_the_address_come_from_the_environment(run, account):
    account.add_order("700")
    assert json.loads(run("track", "700").stdout) == {"shipstation": {"order_id": "700", "tracking": None}}
    assert {call.status for call in account.calls} == {200}


def test_base_url_leads_elsewhere_than_the_environment(run, account, monkeypatch):
    monkeypatch.setenv("SHIPSTATION_BASE_URL", "http://127.0.0.1:9/v2")
    account.add_order("700")
    with account.serve() as server:
        assert run("track", "700", "--base-url", server.base_url).status == 0


def test_an_order_that_is_not_there_ends_with_3_and_an_empty_stdout(run):
    ended = run("track", "4711", "--sandbox")
    assert (ended.status, ended.stdout) == (3, "")
    assert ended.stderr.startswith("Error: No order matches.")


def test_r5_a_wrong_postal_code_looks_like_an_unknown_order(run):
    wrong = run("track", "12345", "--sandbox", "--postal-code", "10001")
    assert wrong == run("track", "4711", "--sandbox", "--postal-code", "10001")
    assert run("track", "12345", "--sandbox", "--postal-code", "29646-1234").status == 0


def test_r5_a_wrong_e_mail_looks_like_an_unknown_order_and_the_right_one_is_answered(run, account):
    account.add_order("700", email="robin@example.com")
    wrong = run("track", "700", "--email", "rob@example.com")
    assert wrong == run("track", "701", "--email", "rob@example.com")
    assert wrong.status == 3
    assert run("track", "700", "--email", "Robin@example.com").status == 0
    assert run("debug", "700", "--email", "robin@example.com").status == 0


@pytest.mark.parametrize("email", ["", "robin"])
def test_r1_what_is_no_e_mail_is_a_wrong_use(run, email):
    ended = run("track", "12345", "--sandbox", "--email", email)
    assert (ended.status, ended.stdout) == (2, "")
    assert "it is no e-mail address" in " ".join(ended.stderr.split())


def test_an_e_mail_for_a_whole_file_is_a_wrong_use(run, csv_file):
    ended = run("track", "--from", csv_file("1\n"), "--sandbox", "--email", "robin@example.com")
    assert ended.status == 2
    assert "--email" in ended.stderr


def test_r14_an_order_is_tracked_by_the_number_of_its_parcel(run, account):
    label = account.buy_label(account.add_order("700"))
    account.deliver(label)
    for more in (("--order-key", "tracking_number"), ()):
        ended = run("track", label.tracking_number, *more)
        assert ended.status == 0
        assert label.tracking_number in ended.stdout


def test_r4_an_ambiguous_number_ends_with_3_until_a_store_is_named(run, account):
    account.add_order("700", store_id="se-1", postal_code="29646")
    account.add_order("700", store_id="se-2", postal_code="10001")
    ended = run("track", "700")
    assert (ended.status, ended.stdout) == (3, "")
    assert "se-1, se-2" in ended.stderr
    assert run("track", "700", "--store-id", "se-2").status == 0


def test_order_key_and_pattern_say_what_an_order_id_is(run, account):
    shipment = account.add_order("700").shipments[0]
    assert run("track", shipment.shipment_id, "--order-key", "shipment_id").status == 0
    assert run("track", "SHOP-700", "--order-id-pattern", r"SHOP-(\d+)").status == 0
    assert run("track", "700", "--order-key", "external_id").status == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["track", ""], "The order id is blank"),
        (["track", "7" * 51], "1 to 50 characters"),
        (["track", "700", "--order-id-pattern", r"S-\d+"], "expected format"),
        (["track", "700", "--order-id-pattern", "("], "regular expression"),
        (["track", "700", "--timeout", "9.9"], "10 to 180 seconds"),
        (["track", "700", "--timeout", "nan"], "10 to 180 seconds"),
        (["track", "700", "--postal-code", " "], "it is blank"),
        (["track", "700", "--store-id", " "], "store_id"),
        (["track", "700", "--base-url", "http://example.com"], "https://"),
        (["track", "700", "--base-url", "https://example.com", "--sandbox"], "address of its own"),
        (["track", "700", "--order-key", "name"], "--order-key"),
        (["track", "700", "--format", "xml"], "--format"),
        (["track", "700", "--skip-done", __file__], "belongs to --from"),
        (["track"], "either an order id or a file"),
        (["track", "700", "--from", __file__], "either an order id or a file"),
        (["trace", "700"], "No such command"),
    ],
)
def test_misuse_ends_with_2_says_what_is_wrong_and_asks_nothing(run, account, arguments, said):
    ended = run(*arguments)
    assert (ended.status, ended.stdout, account.calls) == (2, "", [])
    assert said in " ".join(ended.stderr.split())


def test_without_a_key_it_ends_with_2_and_points_to_the_sandbox(run):
    ended = run("track", "12345")
    assert (ended.status, ended.stdout) == (2, "")
    assert "SHIPSTATION_API_KEY" in ended.stderr
    assert "--sandbox" in ended.stderr


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_error_of_the_api_ends_with_1(run, account, status):
    account.fail_next(status)
    ended = run("track", "700")
    assert (ended.status, ended.stdout) == (1, "")
    assert f"ShipStation answered {status}" in ended.stderr


def test_t5_a_refused_key_is_not_printed(run, account, monkeypatch):
    monkeypatch.setenv("SHIPSTATION_API_KEY", "SECRET-of-mine")
    for command in (["track", "700"], ["test"], ["debug", "700"]):
        ended = run(*command)
        assert ended.status == 1
        assert "SECRET" not in ended.stdout + ended.stderr


def test_the_sandbox_is_reached_past_a_proxy_and_leaves_the_environment_alone(run, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.com")
    assert run("track", "12345", "--sandbox").status == 0
    import os

    assert (os.environ["NO_PROXY"], os.environ.get("no_proxy")) == ("example.com", None)


def test_help_teaches_by_example_and_names_the_exit_statuses(run):
    for command in ("test", "track", "debug", "webhook", "tool-schema", "mcp", "inbox", "sandbox"):
        ended = run(command, "--help")
        assert (ended.status, ended.stderr) == (0, "")
        for expected in (f"shipstation-aissist {command}", "--timeout", "--base-url", "--sandbox", "Exit status:"):
            assert expected in ended.stdout


def test_the_version_is_the_package_s(run):
    import shipstation_aissist

    assert run("--version").stdout == f"shipstation-aissist {shipstation_aissist.__version__}\n"


def test_an_error_of_the_system_ends_with_1_and_one_line(run, account, monkeypatch):
    from shipstation_aissist.cli import single

    def disk_is_full(_: str) -> None:
        raise OSError(28, "No space left on device")

    account.add_order("700")
    monkeypatch.setattr(single, "write_result", disk_is_full)
    monkeypatch.setattr("shipstation_aissist.cli.endings.close_stdout", lambda: None)
    ended = run("track", "700")
    assert (ended.status, ended.stderr) == (1, "Error: [Errno 28] No space left on device\n")


def test_fake_is_asked_by_get_only(run, account: FakeShipStation):
    account.add_order("700")
    run("track", "700")
    run("test")
    assert {call.method for call in account.calls} == {"GET"}
