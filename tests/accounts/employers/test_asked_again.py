"""What cannot be taken back asks first: the link on the page leads to a question, and only its button does it."""

import re

import pytest

from listings.employer_api.tokens import create_employer_token
from listings.models import ApiToken, JobFeed, Webhook
from listings.webhooks import endpoints
from tests.answers import read_body
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


def test_each_deletion_of_an_employer_asks_first(client):
    owner, colleague = make_person("owner"), make_person("colleague")
    shop = make_employer("示例小店", member=owner)
    member = shop.memberships.create(user=colleague, role="recruiter")
    token, _secret = create_employer_token(shop, owner, "排班系统", ApiToken.Scope.READ, 30)
    feed = JobFeed.objects.create(employer=shop, author=owner, name="招聘系统")
    endpoints.set_webhook_address(shop, owner, "https://example.com/hook")
    sign_in(client, owner)
    doors = (
        (
            "/employer/members/",
            f"/employer/members/{member.pk}/remove/",
            "移除",
            shop.memberships.filter(pk=member.pk),
        ),
        (
            "/employer/api/",
            f"/employer/api/{token.pk}/withdraw/",
            "停用“排班系统”？",
            ApiToken.objects.filter(withdrawn_at=None),
        ),
        (
            "/employer/api/webhook/",
            "/employer/api/webhook/remove/",
            "密钥一起作废",
            Webhook.objects.exclude(address=""),
        ),
        (
            f"/employer/feeds/{feed.pk}/",
            f"/employer/feeds/{feed.pk}/remove/",
            "已经导入的兼职都在",
            JobFeed.objects.all(),
        ),
    )
    for page, path, question, rows in doors:
        html = client.get(page).content.decode()
        assert f'href="{path}"' in html and f'action="{path}"' not in html, page
        asked = client.get(path)
        body = read_body(asked)
        assert asked.status_code == 200 and question in body
        button = re.search(r'<button class="btn red" type="submit">(.*?)</button>', body)[1]
        assert re.search(rf'<a class="btn p" href="{page}">不{button}</a>', body), (
            "the filled one leads back"
        )
        assert rows.exists(), "looking is not doing"
        assert client.post(path).status_code == 302 and not rows.exists()
    alone = read_body(client.get("/employer/members/"))
    assert "只有这一位负责人" in alone and "先让别人当负责人" in alone, "no button that is refused"
