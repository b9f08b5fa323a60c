"""How the documentation is built: nothing is fetched, and every warning is an error (``--fail-on-warning``)."""

from __future__ import annotations

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import shipstation_aissist

project = "shipstation-aissist"
author = "The shipstation-aissist authors"
copyright = f"2026, {author}"
version = release = shipstation_aissist.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_typehints_format = "short"
autodoc_class_signature = "mixed"
python_use_unqualified_type_names = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = [("Source", "returns_style")]

html_theme = "furo"
html_title = f"shipstation-aissist {release}"
html_copy_source = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    app.add_lexer("csv", TextLexer)  # which Pygments does not know
