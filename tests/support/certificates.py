"""A certificate authority and a server's side of TLS, made at test time."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Authority:
    """One private certificate authority.

    Attributes:
        bundle: The file to name in ``REQUESTS_CA_BUNDLE``.
        server_side: TLS for ``localhost``, with a certificate of this authority.
    """

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.bundle = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.bundle))
        self.server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.server_side)
