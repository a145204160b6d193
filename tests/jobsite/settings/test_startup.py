"""What web workers load: what only imports and editors need would cost each of them memory, and so would what
each loads for itself."""

import subprocess
import sys

import pytest
from django.conf import settings

HEAVY = {"boto3", "feedparser", "lxml", "openpyxl", "pypinyin", "redis", "trafilatura"}
LOAD = """
import sys
import runpy
import jobsite.wsgi
from django.urls import get_resolver
from listings.search import keyword_query
get_resolver().url_patterns
from textkit import segmentation, tsearch
segmentation.segment_words("周末传单派发")
tsearch.build_word_query("baoan")
print(*sys.modules)
runpy.run_path("deploy/gunicorn.conf.py")["_load_what_workers_share"]()
print(*sys.modules)
"""
MEASURE = """
import ctypes
import runpy
import jobsite.wsgi
def measure_memory():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096
runpy.run_path("deploy/gunicorn.conf.py")["_load_what_workers_share"]()
before = measure_memory()
ctypes.CDLL(None).malloc_trim(0)
print(before - measure_memory())
"""
LITTLE = 2_000_000  # bytes
# What a listing needs that is published.
SHARED = {"pypinyin.phrases_dict", "rjieba", "screening.engine"}


@pytest.mark.full
def test_web_workers_load_nothing_that_only_imports_need_and_share_what_all_need():
    command = [sys.executable, "-c", LOAD]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    loaded, shared = map(set, map(str.split, done.stdout.splitlines()))
    assert "listings.pages.list_views" in loaded
    assert loaded & HEAVY == set()
    assert SHARED - shared == set()
    assert shared & HEAVY == {"pypinyin"}


@pytest.mark.full
def test_web_workers_share_no_memory_that_is_free():
    command = [sys.executable, "-c", MEASURE]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < LITTLE
