from django import template
from django.template import Context
from django.utils.safestring import SafeString

from listings.pages.job_posting import build_job_posting, build_listing_breadcrumbs
from sitekit.seo.json_ld import render_json_ld

register = template.Library()


@register.simple_tag(takes_context=True)
def listing_json_ld(context: Context) -> SafeString:
    """The live `listing` of the page as JobPosting, with the way to it."""
    listing, absolute = context["listing"], context["request"].build_absolute_uri
    posting = build_job_posting(
        listing,
        settlement=context["settlement"],
        absolute=absolute,
        site=context["brand"],
        direct=context["operator"].takes_applications and context["takes_sign_ups"],
        photos=[absolute(photo["largest"]) for photo in context.get("shown_photos") or []],
    )
    return render_json_ld([posting, build_listing_breadcrumbs(listing, absolute)])
