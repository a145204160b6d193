"""Whatever parses or cleans markup of others takes time that grows with its length, also for one tag of very many
attributes, which parsers compare each with all others."""

import ast
import io
import json
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from listings.feed_imports.feed_reader import parse_job_feed
from listings.imports.xlsx_reader import XlsxSource
from news.article_html.article_body import clean_article_html
from news.readers.feed_reader import read_feed
from news.readers.main_content import parse_html_tree
from news.readers.page_reader import read_html_fragment, read_web_page
from safety.forwarded_checks import wechat_messages
from sitekit.forms.pasted_markup import strip_pasted_markup
from sitekit.workflow.refusals import Refusal
from tests.jobsite.sweeps.test_layers import LAYERS, PROJECT
from tests.linear_time import is_linear
from tests.listings.uploads import build_row, build_xlsx

PARSERS = {
    *("bs4", "feedparser", "html.parser", "html5lib", "lxml", "nh3", "openpyxl", "sgmllib"),
    *("trafilatura", "xml"),
}
# By module, each way in, with a tag.
ENTRANCES = {
    "listings.feed_imports.feed_reader": [
        lambda tag: parse_job_feed(f"<a><job><id>1</id></job>{tag}</x></a>".encode()),
        lambda tag: parse_job_feed(f"<a><job>{tag}</x></job></a>".encode()),
        lambda tag: parse_job_feed(f"<a>{tag.replace('<x', '<job')}</job></a>".encode()),
    ],
    "listings.feed_imports.job_cells": [
        lambda tag: parse_job_feed(json.dumps([{"id": 1, "body": f"<p>{tag}"}]).encode())
    ],
    "listings.imports.xlsx_reader": [
        lambda tag: _read_spreadsheet("xl/styles.xml", tag),
        lambda tag: _read_spreadsheet("xl/worksheets/sheet1.xml", tag),
    ],
    "news.article_html.article_body": [clean_article_html],
    "news.readers.feed_reader": [
        lambda tag: read_feed(
            f"<rss version='2.0'><channel><item>{tag}</x></item></channel></rss>"
        ),
        lambda tag: read_feed(
            f"<rss version='2.0'><channel><item><title>甲</title><description><![CDATA[<p>{tag}]]>"
            "</description></item></channel></rss>"
        ),
    ],
    "news.readers.main_content": [parse_html_tree],
    "news.readers.page_reader": [
        lambda tag: read_web_page(f"<html><body>{tag}"),
        lambda tag: read_html_fragment(f"<p>{tag}", "题"),
    ],
    "safety.forwarded_checks.wechat_messages": [
        lambda tag: wechat_messages._parse_fields(f"<xml>{tag}</x></xml>".encode())
    ],
    "sitekit.forms.pasted_markup": [strip_pasted_markup],
}
# They parse nothing of others.
HARMLESS = {
    "jobsite.site_texts.begun_texts": "templates of the site",
    "listings.bulk_upload.spreadsheet_template": "writes a file",
    "listings.day_lists.day_list_files": "writes files",
    "news.article_html.html_blocks": "what `article_body` cleaned",
    "news.readers.page_metadata": "the tree that `main_content` parsed",
    "sitekit.share_pictures.svg_painter": "writes",
    "sitekit.web.sitemap_pages": "writes",
}


@cache
def build_spreadsheet_parts():
    with zipfile.ZipFile(io.BytesIO(build_xlsx(build_row()).read())) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    _read_spreadsheet.folder = tmp_path_factory.mktemp("sheets")


def _read_spreadsheet(name, tag):
    path = _read_spreadsheet.folder / "sheet.xlsx"
    root = {"xl/styles.xml": "styleSheet", "xl/worksheets/sheet1.xml": "worksheet"}[name]
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in build_spreadsheet_parts().items():
            crowded = tag.replace("<x", f"<{root}", 1) + f"</{root}>"
            archive.writestr(part, crowded if part == name else content)
    XlsxSource(path, reads_formulas=True)


@cache
def build_crowded_tag(count):
    return "<x " + " ".join(f"a{number}='1'" for number in range(count)) + ">"


def list_parsing_modules():
    """The modules of the site that import a parser of markup."""
    modules = set()
    for path in (path for app in LAYERS for path in (PROJECT / app).rglob("*.py")):
        names = {
            name
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        if any(name in PARSERS or name.split(".")[0] in PARSERS for name in names):
            modules.add(".".join(Path(path).relative_to(PROJECT).with_suffix("").parts))
    return modules


def test_every_module_that_parses_markup_is_tried_here():
    assert list_parsing_modules() == ENTRANCES.keys() | HARMLESS.keys()


@pytest.mark.parametrize("module", ENTRANCES)
def test_a_tag_of_very_many_attributes_takes_linear_time(module):
    for enter in ENTRANCES[module]:

        def try_to_enter(text, enter=enter):
            with suppress(Refusal, wechat_messages.MessageRefused):
                enter(build_crowded_tag(len(text) // 5))

        assert is_linear(try_to_enter, "x")
