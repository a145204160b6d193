from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from news.articles.schema_org import SITE, render_schema_org

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_article(context: Context) -> SafeString:
    """The `article` of the page as JSON."""
    structured_data = render_schema_org(
        context["article"],
        absolute=context["request"].build_absolute_uri,
        publisher=context["operator"].name or SITE,
        places=[name for name, _ in context["places"]],
        others=[other["url"] for other in context.get("other_sources") or ()],
    )
    return mark_safe(structured_data)  # escaped for a script element  # noqa: S308
