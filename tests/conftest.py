"""What holds for every test: properties are checked the same way each time; Ctrl-C reaches a test's processes."""

import signal

import support.purity  # noqa: F401 - loads Hypothesis' profile

# A shell that starts the suite in the background has it ignore Ctrl-C, and every process it starts with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
