"""The site's addresses and the null view that it is compared with."""

from django.core.signals import request_started
from django.http import HttpResponse
from django.urls import path

from jobsite.urls import urlpatterns as of_the_site
from sitekit.kept_pages.listener import LISTENER

NOTHING = "<!doctype html>" + "兼" * 10_000  # 30 kB


def hear_of_changes(**_signal):
    """As where pages are kept: parts of pages are kept only by those who hear of changes."""
    LISTENER.ensure_running()


request_started.connect(hear_of_changes)


def show_null_view(request):
    return HttpResponse(NOTHING)


urlpatterns = [path("bench/null/", show_null_view), *of_the_site]
