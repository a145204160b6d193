"""What an editor's browser sends to the articles' admin."""

from django.urls import reverse

LIST = reverse("admin:news_article_changelist")
ADD = reverse("admin:news_article_add")


def change(article):
    return reverse("admin:news_article_change", args=[article.pk])


def doubles(article):
    return reverse("admin:news_article_doubles", args=[article.pk])


def preview(article):
    return reverse("admin:news_article_preview", args=[article.pk])


def decide(client, action, *articles, **answers):
    data = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(LIST, data | answers, follow=True).content.decode()


def form(**fields):
    """A form filled in by hand."""
    rows = {
        f"{name}-{part}_FORMS": 0
        for name in ("events", "other_sources")
        for part in ("TOTAL", "INITIAL")
    }
    return {"kind": "news", "title": "新的", "body": "<p>正文。</p>"} | rows | fields


def opened(client, article):
    """The page of an article, as a browser would send it back unchanged."""
    page = client.get(change(article))
    given = page.context["adminform"].form
    sent = {name: given[name].value() for name in given.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, "")}
    return form() | {"kind": "", "title": "", "body": ""} | sent | {"hero": ""}


def press(client, article, button, value="1", **fields):
    """Open the page, fill in `fields`, press the button."""
    data = opened(client, article) | fields | {button: value}
    return client.post(change(article), data, follow=True)
