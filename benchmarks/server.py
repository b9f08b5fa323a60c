"""A lean ShipStation on loopback, in a process of its own so that it takes no time from what is measured.

``/{delay in ms}/v2/...`` answers after that delay. A shipment exists for every number; it has ten labels if the number
begins with ``ten``, else one. Every tracking reply has eight events.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

_EVENTS = 8


def tracking_reply(label_id: str, events: int = _EVENTS) -> bytes:
    """The body of ``labels/{label_id}/track``."""
    return json.dumps(
        {
            "tracking_number": f"TN-{label_id}",
            "tracking_url": f"https://tools.usps.com/go/TrackConfirmAction?tLabels=TN-{label_id}",
            "status_code": "IT",
            "status_description": "In Transit",
            "status_detail_code": "IN_TRANSIT",
            "status_detail_description": "The shipment is on its way",
            "carrier_code": "usps",
            "carrier_id": 1,
            "carrier_status_code": "10",
            "carrier_detail_code": None,
            "carrier_status_description": "Your item is moving within the network.",
            "ship_date": "2026-03-02T18:04:00Z",
            "estimated_delivery_date": "2026-03-08T00:00:00",
            "actual_delivery_date": None,
            "exception_description": None,
            "events": [
                {
                    "occurred_at": f"2026-03-{3 + index // 8:02d}T{index % 8 + 8:02d}:15:00Z",
                    "carrier_occurred_at": f"2026-03-{3 + index // 8:02d}T{index % 8 + 3:02d}:15:00",
                    "description": "Departed a regional facility",
                    "city_locality": "ANDERSON",
                    "state_province": "SC",
                    "postal_code": "29621",
                    "country_code": "US",
                    "company_name": "",
                    "signer": "",
                    "event_code": "L1",
                    "carrier_detail_code": None,
                    "status_code": "IT",
                    "status_description": "In Transit",
                    "status_detail_code": "IN_TRANSIT",
                    "status_detail_description": "The shipment is on its way",
                    "carrier_status_code": "L1",
                    "carrier_status_description": "Departed a regional facility",
                    "proof_of_delivery_url": None,
                    "latitude": 34.5,
                    "longitude": -82.6,
                }
                for index in range(events)
            ],
        }
    ).encode()


def _shipments(number: str) -> bytes:
    address = {"name": "Robin Sample", "address_line1": "1 Main St", "postal_code": "29621", "country_code": "US"}
    shipment = {
        "shipment_id": f"se-{number}",
        "external_shipment_id": None,
        "shipment_number": number,
        "shipment_status": "label_purchased",
        "store_id": "7",
        "created_at": "2026-03-01T10:00:00Z",
        "modified_at": "2026-03-02T10:00:00Z",
        "ship_to": address,
        "ship_from": address,
        "items": [{"name": "A mug", "sku": "MUG-1", "quantity": 2, "unit_price": 9.5}],
        "tags": [],
    }
    return json.dumps({"shipments": [shipment], "total": 1, "page": 1, "pages": 1, "links": {}}).encode()


def _labels(shipment_id: str) -> bytes:
    count = 10 if shipment_id.startswith("se-ten") else 1
    labels = [
        {
            "label_id": f"{shipment_id}-{index}",
            "status": "completed",
            "shipment_id": shipment_id,
            "ship_date": "2026-03-02T00:00:00Z",
            "created_at": "2026-03-01T12:00:00Z",
            "tracking_number": f"TN-{shipment_id}-{index}",
            "tracking_status": "in_transit",
            "tracking_url": None,
            "is_return_label": False,
            "voided": False,
            "carrier_code": "usps",
            "service_code": "usps_priority_mail",
            "packages": [{"package_id": 1, "tracking_number": f"TN-{shipment_id}-{index}"}],
        }
        for index in range(count)
    ]
    return json.dumps({"labels": labels, "total": count, "page": 1, "pages": 1, "links": {}}).encode()


@lru_cache(maxsize=64)
def _answer(target: str) -> tuple[float, bytes]:
    """Seconds to wait, and the whole reply."""
    url = urlsplit(target)
    _, delay, _, resource, *rest = url.path.split("/")
    query = parse_qs(url.query)
    if rest:
        body = tracking_reply(rest[0])
    elif resource == "shipments":
        body = _shipments(query["shipment_number"][0])
    else:
        body = _labels(query["shipment_id"][0])
    head = (
        "HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Type: application/json; charset=utf-8\r\n"
        "Connection: keep-alive\r\nCache-Control: no-cache\r\nX-ShipEngine-RequestId: 5a7b0c1e-benchmark\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return int(delay) / 1000, head.encode() + body


def _serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
                # Some clients send a body with a GET; it comes in the same packet or right behind.
                if b"\r\n\r\n" in head and not head.endswith(b"\r\n\r\n"):
                    break
            seconds, reply = _answer(head.split(b" ", 2)[1].decode("ascii"))
            if seconds:
                time.sleep(seconds)
            connection.sendall(reply)


@contextmanager
def served() -> Iterator[str]:
    """Run it in another process; its root URL, without a delay's segment."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.server"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def main() -> None:
    """Listen on a free port and say which."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
