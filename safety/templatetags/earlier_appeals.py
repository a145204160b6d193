"""Whether somebody has appealed already, for pages that else offer the form."""

from django import template

from safety.appeals.transitions import find_earlier_appeal

register = template.Library()
register.simple_tag(find_earlier_appeal)
