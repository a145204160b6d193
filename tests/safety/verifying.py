"""An employer that waits for its check, and how tests press the buttons of its case."""

import re

from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer
from tests.people import make_person
from tests.seen_papers import CODE
from tools.demo.factories import make_employer


def make_waiting_employer():
    """Waits, with its phone proved."""
    employer = make_employer("吉首晨光传媒", status="pending", checks="P", licence_code=CODE)
    employer.memberships.create(user=make_person("owner"), role="owner")
    Employer.objects.filter(pk=employer.pk).update(submitted_at=timezone.now())
    return Employer.objects.get(pk=employer.pk)


def press_button(client, shop, action, **data):
    client.post(reverse("desk:employer_take", args=[shop.pk]))
    page = client.get(reverse("desk:employer", args=[shop.pk])).content.decode()
    data |= {"action": action, "seen": re.search(r'name="seen" value="([^"]*)"', page)[1]}
    return client.post(reverse("desk:employer_decide", args=[shop.pk]), data)


def build_licence_fields(shop, **more):
    """What a moderator fills in who has read the licence."""
    return {
        "licence_done": "on",
        "licence_name": shop.name,
        "licence_code": shop.licence_code,
        "licence_method": "在企业信用信息公示系统查到，状态存续",
        "licence_until": "",
    } | more
