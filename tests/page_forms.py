"""The forms of a page, as a browser reads them."""

from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


class Forms(HTMLParser):
    """{address: {field: what a browser would send}} of the forms of a page that are posted."""

    def __init__(self, page, address):
        super().__init__()
        self.found, self.address, self.now, self.by_id = defaultdict(dict), address, None, {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_posted = attributes.get("method", "").lower() == "post"
            target = urljoin(self.address, attributes.get("action", ""))
            self.now = urlsplit(target).path if is_posted else None
            self.by_id[attributes.get("id")] = self.now
        form = self.by_id.get(attributes.get("form"), self.now)
        if form and attributes.get("name") and tag in {"input", "select", "textarea", "button"}:
            kept = attributes.get("value", "on" if attributes.get("type") == "checkbox" else "")
            self.found[form].setdefault(attributes["name"], kept)
        elif form and tag == "option" and attributes.get("value"):
            last = next(reversed(self.found[form]), None)
            if last and not self.found[form][last]:
                self.found[form][last] = attributes["value"]

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
