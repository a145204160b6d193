"""How long a case waits, in the words of the desk's figures: one number wherever it stands."""

from django import template

from safety.case_queues.queue_measures import describe_age

register = template.Library()
register.filter("wait_words", describe_age)
