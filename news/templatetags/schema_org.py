from django import template
from django.template import Context
from django.utils.safestring import SafeString

from news.articles.schema_org import SITE, build_article_schemas
from sitekit.seo.json_ld import render_json_ld

register = template.Library()


@register.simple_tag(takes_context=True)
def article_json_ld(context: Context) -> SafeString:
    """The `article` of the page."""
    schemas = build_article_schemas(
        context["article"],
        absolute=context["request"].build_absolute_uri,
        publisher=context["operator"].name or SITE,
        places=[name for name, _ in context["places"]],
        others=[source["url"] for source in context.get("other_sources") or ()],
    )
    return render_json_ld(schemas)
