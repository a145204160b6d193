from django.utils import timezone

from safety.models import Claim
from sitekit.chores import HOUR, Job


def let_go():
    """Cases that nobody has in hand any more."""
    Claim.objects.filter(until__lt=timezone.now()).delete()


JOBS = [
    Job("放回没人处理的案件", HOUR, let_go),
]
