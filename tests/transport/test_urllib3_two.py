"""requests allows urllib3 1.26, and urllib3-future puts itself in urllib3's place: neither can be used."""

import subprocess
import sys

import pytest

from shipstation_aissist.transport.urllib3_in_place import fault_of

WITH_ANOTHER_URLLIB3 = """
import urllib3
urllib3.__version__ = {version!r}
import shipstation_aissist
"""


def import_with_urllib3(version: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITH_ANOTHER_URLLIB3.format(version=version)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_old_urllib3_is_named_by_the_import_error_with_what_to_install() -> None:
    process = import_with_urllib3("1.26.20")
    assert process.returncode != 0
    assert process.stderr.strip().endswith("needs urllib3 2 or newer: pip install 'urllib3>=2'")


def test_urllib3_future_is_named_by_the_import_error_with_the_way_back() -> None:
    process = import_with_urllib3("2.15.901")
    assert process.returncode != 0
    last_line = process.stderr.strip().splitlines()[-1]
    assert last_line.startswith("ImportError: ")
    assert "urllib3-future" in last_line
    assert "pip uninstall urllib3-future, then pip install --force-reinstall urllib3" in last_line


@pytest.mark.parametrize("version", ["2.0.0", "2.0.7", "2.8.0", "2.10", "3.0.0", "2.9.0.dev1"])
def test_urllib3_from_2_on_is_used(version: str) -> None:
    assert fault_of(version) is None
