"""Helpers for the tests of importing: run the command, write a file."""

import io
from unittest import mock

from django.core.management import call_command
from PIL import Image

from news.management.commands import import_articles
from news.readers.page_reader import read_web_page
from news.readers.text_decoding import decode_bytes
from sitekit.fetching.web_fetch import AddressRefused, FetchedPage


def run_article_import(*args):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_articles", *map(str, args), stdout=out, stderr=err)
        code = 0
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue(), err.getvalue()


def write_import_file(folder, content, name="a.txt"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parse_story_page(markup, url=""):
    return read_web_page(
        decode_bytes(markup if isinstance(markup, bytes) else markup.encode()), url
    )


def build_png(width=400, height=300, colour="teal"):
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


class Web:
    """Stands in for the fetcher: answers from a table, and notes what was asked."""

    def __init__(self, **pages):
        self.pages, self.asked = {}, []

    def has(self, url, body, kind="text/html", charset="utf-8"):
        body = body if isinstance(body, bytes) else body.encode(charset)
        self.pages[url] = FetchedPage(url, kind, body, charset)
        return self

    def page(self, url):
        self.asked.append(url)
        if url not in self.pages:
            raise AddressRefused("对方回答 404。")
        return self.pages[url]

    picture = page

    def run(self, *args):
        with mock.patch.object(import_articles, "Fetcher", return_value=self):
            return run_article_import(*args)
