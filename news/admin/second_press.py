"""Recognises a second press of the button for a new article. Without script the page cannot stop it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from news.admin.edit_conflicts import collect_stored_values, digest_form_values
from news.models import Article

if TYPE_CHECKING:
    from news.admin.forms import ArticleForm

PRESSED_TWICE_WITHIN = timedelta(seconds=30)


def find_article_of_first_press(
    request: HttpRequest, form_type: type["ArticleForm"]
) -> Article | None:
    """Return the article that this editor added a moment ago with the same answers, or None. Call it in the
    transaction that adds the article, so that the second press waits for the first."""
    editor = cast("User", request.user)
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=editor.pk)
    entries = LogEntry.objects.filter(
        user=editor,
        action_flag=ADDITION,
        content_type=ContentType.objects.get_for_model(Article),
        action_time__gt=timezone.now() - PRESSED_TWICE_WITHIN,
    )
    numbers = [int(number or 0) for number in entries.values_list("object_id", flat=True)]
    added = list(Article.objects.filter(pk__in=numbers).order_by("-pk")) if numbers else []
    if not added:
        return None
    form = form_type(request.POST, request.FILES)
    is_valid = form.is_valid()
    for file in cast("Iterable[UploadedFile[Any]]", request.FILES.values()):
        file.seek(0)  # the form of the page reads it again
    if not is_valid:
        return None
    return next((article for article in added if _has_answers(article, form)), None)


def _has_answers(article: Article, form: "ArticleForm") -> bool:
    stored = collect_stored_values(article)
    sent = {name: form.cleaned_data.get(name) for name in stored}
    return digest_form_values(stored) == digest_form_values(sent)
