"""What to do about a certificate that is not trusted: it depends on what is wrong with it (T2, T4)."""

from __future__ import annotations

import ssl

from urllib3.util.ssl_match_hostname import CertificateError

# What OpenSSL calls them, X509_V_ERR_...: the numbers have been the same since its beginning.
_NOT_YET_VALID, _EXPIRED, _REVOKED = 9, 10, 23
_OTHER_HOST = frozenset({62, 63, 64})
_IN_FUTURE_OR_PAST = frozenset({_NOT_YET_VALID, _EXPIRED})

_CHECK_HOST = "Check the host name in the base URL, and who answers in its place: the certificate is for another one."
_CHECK_CLOCK = "Check this machine's date and time; if they are right, the server's certificate must be renewed."
_CHECK_REVOKED = "Do not send the key there: the authority has revoked the certificate."
_NAME_AUTHORITY = (
    "Name a private certificate authority in REQUESTS_CA_BUNDLE; if there is none, somebody else may be answering."
)
_CHECK_BUNDLE = "The file that REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) names holds no certificates in PEM format."


def advice_on_certificate(fault: BaseException | None) -> str | None:
    """What to do, or ``None`` if the fault is not one of a certificate, but something that may pass."""
    for link in _chain_of(fault):
        if isinstance(link, ssl.SSLCertVerificationError):
            return _advice_on(link.verify_code)
        if isinstance(link, CertificateError):
            return _CHECK_HOST
        if isinstance(link, ssl.SSLError) and getattr(link, "reason", None) == "NO_CERTIFICATE_OR_CRL_FOUND":
            return _CHECK_BUNDLE
    return None


def _advice_on(code: int) -> str:
    if code in _OTHER_HOST:
        return _CHECK_HOST
    if code in _IN_FUTURE_OR_PAST:
        return _CHECK_CLOCK
    return _CHECK_REVOKED if code == _REVOKED else _NAME_AUTHORITY


def _chain_of(fault: BaseException | None) -> list[BaseException]:
    """The fault and those that the layers of requests and urllib3 have wrapped."""
    links: list[BaseException] = []
    waiting: list[object] = [fault]
    while waiting:
        link = waiting.pop()
        if isinstance(link, BaseException) and link not in links:
            links.append(link)
            waiting += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
    return links
