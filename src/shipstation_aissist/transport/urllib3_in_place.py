"""Refuses a urllib3 that the transport cannot stand on, when the library is imported and with what to do (T6)."""

from __future__ import annotations

import urllib3


def fault_of(version: str) -> str | None:
    """Why this version of urllib3 cannot be used, and what to do about it."""
    parts = version.split(".")
    if len(parts) > 2 and parts[2].isdecimal() and int(parts[2]) >= 900:  # its mark; it installs itself as urllib3
        return (
            "shipstation-aissist cannot use urllib3-future in the place of urllib3: pip uninstall urllib3-future, then "
            "pip install --force-reinstall urllib3. To have both, side by side, before that: "
            "URLLIB3_NO_OVERRIDE=1 pip install --no-binary urllib3-future urllib3-future"
        )
    if not parts[0].isdecimal() or int(parts[0]) < 2:  # requests still allows 1.26
        return "shipstation-aissist needs urllib3 2 or newer: pip install 'urllib3>=2'"
    return None


_fault = fault_of(urllib3.__version__)  # type: ignore[attr-defined]
if _fault is not None:
    raise ImportError(_fault)
