"""What holds for every test: properties are checked the same way each time, on a busy machine too."""

import support.purity  # noqa: F401 - loads Hypothesis' profile
