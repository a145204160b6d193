from django import template
from django.utils.safestring import mark_safe

from news.articles.schema_org import SITE, as_json

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_article(context):
    """The `article` of the page as JSON."""
    said = as_json(
        context["article"],
        absolute=context["request"].build_absolute_uri,
        publisher=context["operator"].name or SITE,
        places=[name for name, _ in context["places"]],
        others=[other["url"] for other in context.get("other_sources", ())],
    )
    return mark_safe(said)  # escaped for a script element  # noqa: S308
