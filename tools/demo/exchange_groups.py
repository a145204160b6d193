"""The exchange group of the demo's city, with a picture drawn when it is loaded."""

from io import BytesIO

from django.urls import reverse

from cities.directory.regions import require_region
from cities.models import ExchangeGroup
from sitekit.images.pictures import create_picture
from sitekit.share_pictures.qr_codes import draw_code_image
from sitekit.web.absolute_urls import build_absolute_url
from tools.demo import written_texts

RULES = """进群不收钱，在群里找活也不收钱。
只聊本地的兼职和手艺，一天发一次就够。
发招聘的，写清单位、地点、薪酬、怎么结算；先发到网站上，查过再转进群。
不发刷单、代付、跑分、收卡、租号，不发二维码和别的群。
不要私加陌生人，有人私下找你要钱、要验证码，截图发给群主。
违反一次提醒，两次移出；要钱的直接移出并报警。"""


def create_demo_exchange_group():
    """A group for 湘西; its code leads to its own page. Never over one that is there."""
    region = require_region(written_texts.XIANGXI)
    if ExchangeGroup.objects.filter(region=region).exists():
        return
    ExchangeGroup.objects.create(
        region=region,
        name="湘西副业交流群（演示）",
        picture=create_picture(_draw_group_code(reverse("news:group", args=[region]))),
        rules=RULES,
        is_open=True,
    )


def _draw_group_code(path: str) -> bytes:
    drawn = BytesIO()
    draw_code_image(build_absolute_url(path), 560).save(drawn, format="PNG")
    return drawn.getvalue()
