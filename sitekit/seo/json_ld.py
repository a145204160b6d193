"""What a page is about in the terms of schema.org, as JSON-LD for search engines."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

type Schema = dict[str, Any]
type MakeAbsolute = Callable[[str], str]

CONTEXT = "https://schema.org"
# In a script element a `<` may end it; & and > go along, as in Django's json_script.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&"}


def render_json(schema: Mapping[str, Any]) -> str:
    """Return one schema as JSON that is safe inside a script element; empty values are left out."""
    filled = {name: value for name, value in schema.items() if value not in ("", None, [], {})}
    return json.dumps({"@context": CONTEXT, **filled}, ensure_ascii=False).translate(_ESCAPES)


def render_json_ld(schemas: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return a script element for each schema. Browsers run none of them, so the policy lets them be."""
    scripts = (f'<script type="application/ld+json">{render_json(s)}</script>' for s in schemas)
    return mark_safe("\n".join(scripts))  # escaped above  # noqa: S308


def build_breadcrumbs(crumbs: Sequence[tuple[str, str]]) -> Schema:
    """Return the way to a page, of names and absolute addresses; the page itself is the last."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, (name, address) in enumerate(crumbs, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def build_item_list(addresses: Sequence[str]) -> Schema:
    """Return the pages that a list leads to, in its order."""
    items = [
        {"@type": "ListItem", "position": number, "url": address}
        for number, address in enumerate(addresses, 1)
    ]
    return {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}


def build_postal_address(names: Sequence[str], street: str = "") -> Schema:
    """Return an address in China by the names of a place and those it lies in, its province first."""
    province, *inside = names
    parts = {
        "addressCountry": "CN",
        "addressRegion": province,
        # A municipality is its own city.
        "addressLocality": "".join(inside) or province,
        "streetAddress": street,
    }
    return {"@type": "PostalAddress", **{name: words for name, words in parts.items() if words}}
