"""What a web worker loads: what only imports and editors need would cost each of them memory."""

import subprocess
import sys

from django.conf import settings

HEAVY = {"boto3", "feedparser", "lxml", "openpyxl", "pypinyin", "redis", "trafilatura"}
LOAD = """
import sys
import jobsite.wsgi
from django.urls import get_resolver
from listings.search import keyword_query
get_resolver().url_patterns
from textkit import segmentation, tsearch
segmentation.segment_words("周末传单派发")
tsearch.build_word_query("baoan")
print(*sys.modules)
"""


def test_a_web_worker_loads_nothing_that_only_imports_need():
    command = [sys.executable, "-c", LOAD]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "listings.pages.list_views" in loaded
    assert loaded & HEAVY == set()
