"""How the tests of an employer's case press its buttons."""

import re

from django.urls import reverse


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
