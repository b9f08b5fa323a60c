"""requests allows urllib3 1.26, which has not what the transport stands on."""

import subprocess
import sys

OLD_URLLIB3 = """
import urllib3.exceptions
del urllib3.exceptions.NameResolutionError
import shipstation_aissist
"""


def test_an_old_urllib3_is_named_by_the_import_error_with_what_to_install() -> None:
    process = subprocess.run([sys.executable, "-c", OLD_URLLIB3], capture_output=True, text=True, check=False)
    assert process.returncode != 0
    assert process.stderr.strip().endswith("needs urllib3 2 or newer: pip install 'urllib3>=2'")
