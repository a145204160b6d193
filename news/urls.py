from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path

from news import views

app_name = "news"

_PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("news/", views.feed, "list"),
    ("news/<int:pk>/", views.article, "article"),
    ("news/tag/<str:tag>/", views.tag, "tag"),
    ("alerts/", views.alerts, "alerts"),
    ("alerts/<str:fraud_type>/", views.alerts_type, "alerts_type"),
]

# The city in an address changes alerts and related content; without one the page is national.
urlpatterns = [
    path(prefix + route, view, name=name)
    for prefix in ("", "<city:city>/")
    for route, view, name in _PAGES
]
