"""What an editor's browser sends to the articles' admin."""

from django.urls import reverse

LIST = reverse("admin:news_article_changelist")
ADD = reverse("admin:news_article_add")


def get_change_url(article):
    return reverse("admin:news_article_change", args=[article.pk])


def get_doubles_url(article):
    return reverse("admin:news_article_doubles", args=[article.pk])


def get_preview_url(article):
    return reverse("admin:news_article_preview", args=[article.pk])


def post_list_action(client, action, *articles, **answers):
    data = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(LIST, data | answers, follow=True).content.decode()


def build_article_form(**fields):
    """A form filled in by hand."""
    rows = {
        f"{name}-{part}_FORMS": 0
        for name in ("events", "other_sources")
        for part in ("TOTAL", "INITIAL")
    }
    return {"kind": "news", "title": "新的", "body": "<p>正文。</p>"} | rows | fields


def read_article_form(client, article):
    """The page of an article, as a browser would send it back unchanged."""
    page = client.get(get_change_url(article))
    given = page.context["adminform"].form
    sent = {name: given[name].value() for name in given.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, "")}
    return build_article_form() | {"kind": "", "title": "", "body": ""} | sent | {"hero": ""}


def press_button(client, article, button, value="1", **fields):
    """Open the page, fill in `fields`, press the button."""
    data = read_article_form(client, article) | fields | {button: value}
    return client.post(get_change_url(article), data, follow=True)
