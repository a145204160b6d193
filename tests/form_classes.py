"""The forms of the site."""

from django import forms
from django.urls import get_resolver

APPS = ("accounts", "cities", "jobsite", "listings", "news", "safety", "screening", "sitekit")


def list_form_classes() -> list[type[forms.BaseForm]]:
    """All forms of ours that the addresses of the site load, those of the admin's models apart."""
    assert get_resolver().url_patterns
    classes, waiting = set(), [forms.BaseForm]
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting += subclasses
        classes |= set(subclasses)
    return [
        form
        for form in classes
        if form.__module__.split(".")[0] in APPS and ".admin" not in form.__module__
    ]


def list_form_fields():
    """Yield each field of each form with its place: module and name."""
    for form in list_form_classes():
        for name, field in getattr(form, "base_fields", {}).items():
            yield f"{form.__module__}.{name}", field
