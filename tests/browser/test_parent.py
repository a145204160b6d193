"""A worried parent on a phone: from a warning to what to do and whom to call."""

import pytest
from django.core.management import call_command
from PIL import Image

from sitekit.images.pictures import create_picture
from tests.articles import make_alert, make_source
from tests.browser.looks import CONTRAST, EVERY_RULE, MAIN_PART, axe_faults, take_screenshot
from tests.browser.test_subscriber import PHONE
from tests.sitekit.images.test_pictures import encode_image

GUIDE = "/xiangxi/alerts/brushing_rebate/"


@pytest.fixture(
    params=[pytest.param(True, marks=pytest.mark.full), False],
    ids=["with script", "without script"],
)
def parent(request, open_page):
    return open_page(**PHONE, java_script_enabled=request.param)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cases(place):
    """Two of the city, one with a picture, and the site's own guides."""
    call_command("load_guides", verbosity=0)
    hero = create_picture(encode_image(Image.new("RGB", (960, 540), "teal")))
    county = [place("jishou")]
    more = {"places": county, "source": make_source(), "tags": ["垫付"]}
    make_alert("另一起刷单", "<p>连本带利要不回来。</p>", **more)
    return make_alert(
        "吉首一名学生刷单被骗",
        "<p>前三单到账，第四单要垫两千。</p>",
        alert_level="danger",
        hero=hero,
        hero_caption="民警在学校讲解",
        **more,
    )


def follow_link(page, link):
    with page.expect_navigation():
        link.click()


def get_heading(page):
    return page.locator("h1").inner_text()


def test_parent_goes_from_the_banner_to_what_to_do_and_whom_to_call(parent, cases):
    # given the city's home warns of a danger
    parent.goto("/xiangxi/")
    banner = parent.get_by_role("note")
    assert "湘西近期高发：刷单返利" in banner.inner_text()
    # when she asks how it goes, and is in a hurry
    follow_link(parent, banner.get_by_role("link", name="怎么识破"))
    assert get_heading(parent) == "刷单返利是怎么骗的"
    parent.get_by_role("link", name="先看前 30 分钟做什么").click()
    # then what to do stands at the top of the screen
    steps = parent.locator("#first30")
    parent.wait_for_function("document.querySelector('#first30').getBoundingClientRect().top < 100")
    assert "打 110" in steps.inner_text()
    # and the numbers to call are as large as a finger
    calls = parent.locator(".calls a")
    assert [a.get_attribute("href") for a in calls.all()][:2] == ["tel:110", "tel:96110"]
    assert all(a.bounding_box()["height"] >= 44 for a in calls.all())


@pytest.mark.full
def test_parent_reads_on_from_the_case_to_others_like_it(parent, cases):
    # given she opens the case itself
    parent.goto("/xiangxi/")
    follow_link(parent, parent.get_by_role("note").get_by_role("link", name="吉首一名学生刷单被骗"))
    assert parent.locator("figure.hero img").evaluate("(image) => image.naturalWidth") > 0
    # when she reads on to the one beside it
    beside = parent.locator("[aria-labelledby=related]")
    assert "同城 · 同类骗局" in beside.inner_text()
    follow_link(parent, beside.get_by_role("link", name="另一起刷单"))
    # then she finds all of a tag, its feed, and the guide
    follow_link(parent, parent.locator("[rel=tag]", has_text="垫付"))
    assert get_heading(parent) == "湘西“垫付”相关文章"
    feed = parent.get_by_role("link", name="Atom").get_attribute("href")
    assert "<entry>" in parent.request.get(feed).text()
    parent.go_back()
    follow_link(parent, parent.get_by_role("link", name="这种骗局怎么识破"))
    assert parent.url.endswith(GUIDE)


@pytest.mark.full
def test_on_a_desktop_what_is_related_is_told_in_full(page, cases):
    words = "前几单的小钱是为了让人放心交后面的大钱，" * 7
    long = make_alert("长的一篇", f"<p>{words}</p>", places=[])
    page.goto(f"/xiangxi/news/{cases.pk}/")
    row = page.locator("[aria-labelledby=related] li", has_text=long.title)
    cut = row.locator("p").last.evaluate("(p) => p.scrollHeight - p.clientHeight")
    assert row.locator("p").last.inner_text().endswith("···")
    assert cut <= 0


@pytest.mark.full
def test_a_guide_and_an_article_with_its_picture_are_accessible(open_page, cases):
    page = open_page(width=390, height=844)
    faults_by_page = {}
    for name, address in {"guide": GUIDE, "hero": f"/xiangxi/news/{cases.pk}/"}.items():
        page.goto(address)
        for scheme, rules in (("dark", EVERY_RULE), ("light", CONTRAST)):
            page.emulate_media(color_scheme=scheme)
            take_screenshot(page, f"{name}-phone-{scheme}")
            if faults := axe_faults(page, MAIN_PART, rules):
                faults_by_page[name, scheme] = faults
    assert faults_by_page == {}
