"""The site's addresses and the null view that it is compared with."""

from django.http import HttpResponse
from django.urls import path

from jobsite.urls import urlpatterns as of_the_site

NOTHING = "<!doctype html>" + "兼" * 10_000  # 30 kB


def null(request):
    return HttpResponse(NOTHING)


urlpatterns = [path("bench/null/", null), *of_the_site]
