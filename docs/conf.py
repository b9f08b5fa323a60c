"""How the documentation is built: nothing is fetched, and every warning is an error (``--fail-on-warning``)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import shipstation_aissist

sys.path.insert(0, str(Path(__file__).parent))
from llms import llms_txt

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
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = True  # for language models, which llms.txt leads there
html_show_sourcelink = False
html_show_sphinx = False
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
html_theme_options = {
    "source_repository": "https://github.com/shipstation-aissist/shipstation-aissist/",
    "source_branch": "main",
    "source_directory": "docs/",
}
if os.environ.get("READTHEDOCS_VERSION") == "latest":
    html_theme_options["announcement"] = (
        'These pages describe what will be released next. <a href="/en/stable/">Go to the newest release.</a>'
    )

PUBLISHED_AT = "https://shipstation-aissist.readthedocs.io/en/stable/"


def write_llms_txt(app: Sphinx, exception: Exception | None) -> None:
    """Beside the HTML, once it is whole."""
    if exception is None and app.builder.name == "html":
        text = llms_txt(Path(app.srcdir), html_baseurl or PUBLISHED_AT)
        Path(app.outdir, "llms.txt").write_text(text, "utf-8")


def setup(app: Sphinx) -> None:
    app.add_lexer("csv", TextLexer)  # which Pygments does not know
    app.connect("build-finished", write_llms_txt)
