"""The site's addresses and the null view that it is compared with."""

from django.http import HttpResponse
from django.urls import path

from jobsite.urls import urlpatterns as of_the_site

NOTHING = "<!doctype html>" + "兼" * 10_000  # 30 kB


def show_null_view(request):
    return HttpResponse(NOTHING)


urlpatterns = [path("bench/null/", show_null_view), *of_the_site]
