"""The files of a batch: CSV in whatever shape spreadsheets write it, and a former output."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.actions.bulk import TrackOrderOutcome
from shipstation_aissist.cli.orders_file import count_orders, done_in, read_orders
from shipstation_aissist.orders.query import OrderQuery


@pytest.fixture
def read(csv_file, capsys):
    def read(content: str | bytes) -> list[tuple[str, str | None]]:
        return [(order.order_id, order.postal_code) for order in read_orders(Path(csv_file(content)))]

    return read


@pytest.mark.parametrize(
    ("content", "orders"),
    [
        ("order_id,postal_code\n1,29646\n2,\n", [("1", "29646"), ("2", None)]),
        ("name,postal_code,order_id\nAnn,29646,1\n", [("1", "29646")]),
        ("Order ID;Postal Code\r\n1;29646\r\n", [("1", "29646")]),
        ("order_id\tpostal_code\n1\t29646\n", [("1", "29646")]),
        ("number,name\n1,Ann\n", [("1", None)]),
        ("number,postal_code\n1,29646\n", [("1", "29646")]),
        ("1\n2\n", [("1", None), ("2", None)]),
        ("#1001,29646\n", [("#1001", None)]),
        ("\ufefforder_id\n1\n", [("1", None)]),
        ('order_id,note\n"1,a","said ""hi""\nand left"\n', [("1,a", None)]),
        ("\n\norder_id\n\n1\n , \n2\n\n", [("1", None), ("2", None)]),
        ("order_id,postal_code\n1\n,29646\n", [("1", None), ("", "29646")]),
        ("order_id,postal_code\n1,\u200b\n2, \n", [("1", None), ("2", None)]),
        ("order_id,postal_code\n1,.\n", [("1", ".")]),
        ("order_id,postal_code,zip\n1,29646,5\n", [("1", "29646")]),
        ("order_id\n 1 \n", [(" 1 ", None)]),
        ("order_id\r1\r2\r", [("1", None), ("2", None)]),
        ("order_id\n1\n1\n", [("1", None), ("1", None)]),
        ("order_id\n", []),
        ("", []),
        ("\n\n", []),
    ],
)
def test_the_orders_are_found_in_whatever_shape_the_file_has(read, content, orders):
    assert read(content) == orders


def test_an_e_mail_is_a_column_too(csv_file):
    content = "order_id,email,postal_code\n1,robin@example.com,29646\n2, ,\n"
    orders = list(read_orders(Path(csv_file(content))))
    assert [(order.email, order.postal_code) for order in orders] == [("robin@example.com", "29646"), (None, None)]
    assert [order.email for order in read_orders(Path(csv_file("number;E-Mail\n1;a@b.example\n")))] == ["a@b.example"]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("-,", "postal_code has no letters or digits"),
        ("\u3012,a@b.example", "postal_code has no letters or digits"),
        (",robin", "email is no e-mail address"),
        ("29646,-", "email is no e-mail address"),
    ],
)
def test_a_row_whose_recipient_check_is_none_is_refused_alone(csv_file, cells, fault):
    content = f"order_id,postal_code,email\n1,29646,\n2,{cells}\n3,,\n"
    first, refused, last = read_orders(Path(csv_file(content)))
    assert (first, last) == (OrderQuery("1", "29646"), OrderQuery("3"))
    assert isinstance(refused, TrackOrderOutcome)
    assert refused.query.order_id == "2"
    assert str(refused.error) == f"{fault}; only an empty cell asks without it"


@pytest.mark.parametrize(
    ("header", "right"),
    [
        ("order_id,zip", "postal_code"),
        ("order_id,Zip Code", "postal_code"),
        ("email,order_id,postcode", "postal_code"),
        ("number,zip", "postal_code"),
        ("order_id,postal_code,mail", "email"),
        ("order_id,E-Mail address", "email"),
    ],
)
def test_a_column_of_recipients_under_another_name_is_refused(csv_file, header, right):
    with pytest.raises(typer.BadParameter, match=f"must be called {right}"):
        list(read_orders(Path(csv_file(f"{header}\n1,2,3\n"))))


def test_it_is_said_when_a_first_row_without_names_is_understood_as_an_order(read, capsys):
    read("1,29646\n")
    assert capsys.readouterr().err == "No header: the first column holds the order ids, the others are ignored.\n"


def test_it_is_said_when_a_first_row_is_understood_as_other_names(read, capsys):
    read("Name\x1b,Total\n1,9.90\n")
    assert 'taken from the first, "Name ".' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("order_id\n1\ncaf\u00e9\n".encode("cp1252"), "UTF-8"),
        ("order_id\n1\n".encode("utf-16"), "UTF-8"),
        ('order_id,name\n1,"Ann\n2,Bob\n3,Cid\n', "line 4: unexpected end of data"),
        ("order_id\n" + "1" * 200_000, "field larger than field limit"),
    ],
)
def test_a_file_that_would_lose_orders_is_refused(read, content, said):
    with pytest.raises(typer.BadParameter, match=said):
        read(content)


def test_counting_is_silent_and_reads_the_whole_file(csv_file, capsys):
    assert count_orders(Path(csv_file("1,a\n2,b\n"))) == 2
    assert capsys.readouterr().err == ""
    with pytest.raises(typer.BadParameter):
        count_orders(Path(csv_file(b"order_id\n1\n\xff\n")))


def test_what_can_be_read_only_once_is_not_counted(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert count_orders(pipe) is None
    assert count_orders(Path("-")) is None


@given(st.binary(max_size=200))
def test_any_bytes_give_orders_or_one_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "orders.csv"
    path.write_bytes(content)
    with contextlib.suppress(typer.BadParameter):
        assert all(isinstance(order, OrderQuery | TrackOrderOutcome) for order in read_orders(path))


def test_a_former_output_answers_its_orders_but_not_its_errors_or_torn_lines(tmp_path):
    output = tmp_path / "answers.jsonl"
    output.write_bytes(
        b'{"shipstation": {"order_id": "1", "tracking": null}}\n'
        b'{"shipstation": {"order_id": "2", "error": {"code": "timeout", "message": "..."}}}\n'
        b'\n[]\n7\n{"shipstation": 7}\n{"shipstation": {"tracking": null}}\n{"shipstation": {"order_id": []}}\n\xff\n'
        b'{"shipstation": {"order_id": "\xe6\x9d\xb1", "tracking": null}}\n'
        b'{"shipstation": {"order_id": "4", "trac'
    )
    assert done_in(output) == {"1", "東"}
