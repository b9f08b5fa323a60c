"""HTML for notebooks, from values: escaped, without scripts or anything fetched, readable in light and dark.

Every text from outside is escaped here, and only here. The look is one style sheet under one class; where a host strips
it (an untrusted notebook, a code forge) the elements alone still read in order. Colours come from the notebook's theme
(Jupyter's variables, then VS Code's); where there is none, from the reader's own choice of light or dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape as _escape
from typing import Any, Literal, TypeAlias

import attrs

from shipstation_aissist.texts import is_web_url, printable

Kind: TypeAlias = Literal["good", "moving", "notable", "bad", ""]
"""What a colour says: it ended well, it goes on, somebody should look, it went wrong, nothing of these."""

_PLAIN = (str, int, float, datetime)  # and bool, which is an int

_STYLE = """
.shipstation-aissist {
  --ink: var(--jp-content-font-color1, var(--vscode-editor-foreground, #1f2328));
  --pale: var(--jp-content-font-color2, var(--vscode-descriptionForeground, #59636e));
  --line: var(--jp-border-color2, var(--vscode-widget-border, #d1d9e0));
  --paper: var(--jp-layout-color1, var(--vscode-editor-background, #ffffff));
  --anchor: var(--jp-content-link-color, var(--vscode-textLink-foreground, #0969da));
}
@media (prefers-color-scheme: dark) {
  .shipstation-aissist {
    --ink: var(--jp-content-font-color1, var(--vscode-editor-foreground, #e6edf3));
    --pale: var(--jp-content-font-color2, var(--vscode-descriptionForeground, #9198a1));
    --line: var(--jp-border-color2, var(--vscode-widget-border, #3d444d));
    --paper: var(--jp-layout-color1, var(--vscode-editor-background, #0d1117));
    --anchor: var(--jp-content-link-color, var(--vscode-textLink-foreground, #4493f8));
  }
}
.shipstation-aissist {
  box-sizing: border-box; max-width: 46rem; padding: .9rem 1.1rem; border: 1px solid var(--line); border-radius: 8px;
  background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
.shipstation-aissist.wide { max-width: none; overflow-x: auto; overflow-wrap: normal; }
.shipstation-aissist p { margin: .4rem 0; }
.shipstation-aissist p.title { margin: 0; font-weight: 600; }
.shipstation-aissist > p.title { font-size: 17px; }
.shipstation-aissist p.heading { margin: 1rem 0 .4rem; font-weight: 600; }
.shipstation-aissist a { color: var(--anchor); }
.shipstation-aissist .faint, .shipstation-aissist time { color: var(--pale); }
.shipstation-aissist .badge {
  display: inline-block; padding: 0 .6em; border-radius: 1em; font-size: 12px; font-weight: 600; line-height: 1.7;
  color: #ffffff; background: var(--tone, #636c76); vertical-align: .1em; white-space: nowrap;
}
.shipstation-aissist .good { --tone: #1a7f37; }
.shipstation-aissist .moving { --tone: #0969da; }
.shipstation-aissist .notable { --tone: #9a6700; }
.shipstation-aissist .bad { --tone: #cf222e; }
.shipstation-aissist ul.notes {
  margin: .6rem 0; padding: .1rem .8rem; list-style: none; border-left: 3px solid #bf8700;
}
.shipstation-aissist section, .shipstation-aissist details.part {
  margin-top: .8rem; padding-top: .8rem; border-top: 1px solid var(--line);
}
.shipstation-aissist dl.facts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .3rem 1.2rem; margin: .5rem 0;
}
.shipstation-aissist dl.facts dt, .shipstation-aissist dl.facts dd {
  float: none; width: auto; margin: 0; padding: 0; font-weight: 400;
}
.shipstation-aissist dl.facts dt { font-size: 12px; color: var(--pale); }
.shipstation-aissist ol.timeline { margin: .7rem 0 0; padding: 0; list-style: none; }
.shipstation-aissist ol.timeline > li { position: relative; margin: 0; padding: 0 0 .7rem 1.35rem; }
.shipstation-aissist ol.timeline > li::before {
  content: ""; position: absolute; left: .3rem; top: 1rem; bottom: -.35rem; width: 2px; background: var(--line);
}
.shipstation-aissist ol.timeline > li:last-child::before { display: none; }
.shipstation-aissist ol.timeline > li:last-child { padding-bottom: 0; }
.shipstation-aissist details > ol.timeline { margin-bottom: .4rem; }
.shipstation-aissist ol.timeline > li::after, .shipstation-aissist .dot {
  content: ""; position: absolute; left: 0; top: .35rem; width: .7rem; height: .7rem; border-radius: 50%;
  background: var(--tone, #8c959f);
}
.shipstation-aissist .dot { z-index: 1; }
.shipstation-aissist time { display: block; font-size: 12px; }
.shipstation-aissist summary { cursor: pointer; }
.shipstation-aissist ol.timeline + details { margin-top: .7rem; }
.shipstation-aissist table.rows { border-collapse: collapse; margin: .6rem 0 0; font-size: 13px; }
.shipstation-aissist table.rows th, .shipstation-aissist table.rows td {
  padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  background: none; white-space: nowrap;
}
.shipstation-aissist table.rows th { font-weight: 600; }
"""


def escape(text: object) -> str:
    """A text from outside, safe in an element and in an attribute; what cannot be seen is written as an escape."""
    return _escape(printable(str(text)), quote=True)


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element.

    Args:
        name: The element's name.
        inner: HTML that the functions of this module made.
        attributes: Its attributes, escaped here; a trailing ``_`` is dropped (``class_``).
    """
    written = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{written}>{''.join(inner)}</{name}>"


def link(url: str | None, text: object) -> str:
    """A link, where the URL is one of the web; else the text alone."""
    if url is None or not is_web_url(url):
        return escape(text)
    return tag("a", escape(text), href=url, target="_blank", rel="noopener noreferrer")


def badge(text: object, kind: Kind = "") -> str:
    """A word on a coloured ground."""
    return tag("span", escape(text), class_=f"badge {kind}".strip())


def faint(text: object) -> str:
    """A text of less weight."""
    return tag("span", escape(text), class_="faint")


def dot(kind: Kind) -> str:
    """Colours the dot of the timeline's entry that it begins."""
    return tag("span", class_=f"dot {kind}".strip())


def timeline(entries: Iterable[str]) -> str:
    """A vertical line with one entry after the other; each entry is HTML already."""
    return tag("ol", *(tag("li", entry) for entry in entries), class_="timeline")


def notes(texts: Iterable[object]) -> str:
    """Sentences that should not be overlooked; nothing where there is none."""
    entries = [tag("li", escape(text)) for text in texts]
    return tag("ul", *entries, class_="notes") if entries else ""


def facts(values: dict[str, object]) -> str:
    """Names and what is known of them; what is not known is left out."""
    known = (tag("div", tag("dt", escape(name)), tag("dd", escape(value))) for name, value in values.items() if value)
    return tag("dl", *known, class_="facts")


def records(values: Sequence[Any]) -> str:
    """A table of attrs values: the plain fields that any of them has, none of what is nested in them."""
    if not values:
        return tag("p", "Nothing here.", class_="faint")
    names = [field.name for field in attrs.fields(type(values[0]))]
    names = [name for name in names if any(isinstance(getattr(value, name), _PLAIN) for value in values)]
    head = tag("tr", *(tag("th", escape(name), scope="col") for name in names))
    rows = (tag("tr", *(tag("td", _cell(getattr(value, name))) for name in names)) for value in values)
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="rows")


def section(heading: str, *parts: str) -> str:
    """A heading and what stands under it; the parts are HTML already."""
    # Not <h4>: a notebook would list it in its table of contents.
    return tag("p", escape(heading), class_="heading") + "".join(parts)


def fragment(*parts: str, wide: bool = False) -> str:
    """The whole: the parts, which are HTML already, with their style.

    Args:
        parts: What is shown.
        wide: Whether it takes all of the width, and scrolls sideways where that is not enough.
    """
    names = "shipstation-aissist wide" if wide else "shipstation-aissist"
    return tag("div", f"<style>{_STYLE}</style>", *parts, class_=names)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return escape(value.isoformat(sep=" ", timespec="minutes"))
    return escape(value) if isinstance(value, _PLAIN) else ""
