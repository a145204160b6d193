"""查一查 in a browser: without script, on a phone, in the dark, in large text, on paper."""

import re
from io import BytesIO

import pytest
from PIL import Image

from safety.checker.example_texts import EXAMPLES
from sitekit.images.barcodes import read_barcodes
from tests.articles import make_alert
from tests.browser.looks import CONTRAST, EVERY_RULE, MAIN_PART, SMALL, axe_faults, take_screenshot
from tests.browser.walks import Walk, require_figures
from tests.daily_tests import mark_each
from tests.safety.checker.screenshots.screenshot_texts import load_screenshots
from tests.safety.checking import picture_of

TEXT = (
    "招兼职，限女生，日结三百。帮商家做单冲销量，先垫付本金，做完本金和佣金一起返还。"
    "加薇❤信 abcdef123 或者打 13987654321，网址 https://example.com/a-very-long-address-without-"
    "an-end-that-a-narrow-phone-must-break-somewhere/index.html"
)
SCREENSHOT = load_screenshots("texts.toml")[0]
READING = 120_000  # milliseconds, on a busy machine
SHARED = "/check/about/high/brushing_rebate/"
# Whether the verdict is set larger than anything else that is read.
LARGEST = """() => {
  const size = (e) => parseFloat(getComputedStyle(e).fontSize);
  const rest = [...document.querySelectorAll("main *")].filter((e) => !e.matches("h1"));
  return size(document.querySelector(".verdict h1")) - Math.max(...rest.map(size));
}"""


def submit_check_text(page, text=TEXT):
    page.goto("/check/")
    page.fill("textarea[name=text]", text)
    page.get_by_role("button", name="查一查").click()
    page.locator(".verdict").wait_for()
    return page


def get_overflow_width(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_paste_read_follow_a_number_and_correct_without_script(open_page):
    page = open_page(width=390, height=844, java_script_enabled=False)
    page.goto("/")
    page.locator("nav.tabs").get_by_role("link", name="查一查").click()
    page.fill("textarea[name=text]", TEXT)
    page.get_by_role("button", name="查一查").click()
    assert page.locator("h1").inner_text() == "很像骗局"
    assert page.url.endswith("/check/"), "no text in the address"
    first = page.locator(".quote sup a").first
    first.click()
    assert page.locator(f"li:target b.n:text-is('{first.inner_text()}')").count() == 1
    assert page.input_value("textarea[name=text]") == TEXT
    page.fill("textarea[name=text]", EXAMPLES["honest"].text)
    page.get_by_role("button", name="查一查").click()
    assert page.locator("h1").inner_text() == "看不出来"


@pytest.mark.parametrize("script", mark_each(2, [True, False]), ids=["with script", "without"])
def test_the_numbers_that_the_verdict_names_are_those_of_the_marks(open_page, script):
    require_numbers_agree(submit_check_text(open_page(java_script_enabled=script)), ".quote sup a")


def require_numbers_agree(page, links):
    """The last number that the verdict names is that of the last reason, and all that are no reasons of the whole
    text are marked, each at one place at least."""
    named = [int(number) for number in re.findall(r"(\d+) 号", page.locator(".gist").inner_text())]
    suspicious = page.locator(".finds.fraud > li").count()
    reasons = page.locator(".finds > li").count()
    assert named == ([suspicious, reasons] if reasons > suspicious else [suspicious])
    marked = page.locator(".finds > li:has(q) b.n").all_inner_texts()
    assert set(page.locator(links).all_text_contents()) == set(marked)


@pytest.mark.full
def test_an_example_and_the_page_to_share_without_script(open_page):
    page = open_page(width=390, height=844, java_script_enabled=False)
    page.goto("/check/")
    page.get_by_role("button", name=EXAMPLES["rebate"].label).click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="打开能转发的页面").click()
    assert page.locator(".quote mark").count(), "the answer stays: there is no way back to it"
    page = opened.value
    page.wait_for_url(f"**{SHARED}")
    assert "有人查了一条信息" in page.title()
    page.get_by_role("link", name="查我自己的").click()
    page.wait_for_url("**/check/")


@pytest.mark.full
def test_a_screenshot_with_a_code(open_page):
    page = open_page(width=390, height=844, java_script_enabled=False)
    page.goto("/check/")
    file = picture_of("https://u.wechat.com/abcdefg")
    page.set_input_files(
        "input[type=file]",
        {"name": "a.png", "mimeType": "image/png", "buffer": file.read()},
    )
    page.get_by_role("button", name="查一查").click()
    assert "https://u.wechat.com/abcdefg" in page.locator(".quote").inner_text()
    assert page.locator(".quote a:not([href^='#'])").count() == 0


@pytest.mark.parametrize("script", mark_each(2, [False, True]), ids=["without", "with script"])
def test_from_a_screenshot_to_what_to_do_in_three_taps(open_page, script):
    page = open_page(width=390, height=844, java_script_enabled=script)
    walk = Walk(page)
    page.goto("/check/")
    assert get_overflow_width(page) <= 0
    box = page.locator("input[type=file]").bounding_box()
    assert box["y"] + box["height"] < page.locator("textarea").bounding_box()["y"] < 844
    walk.taps += 1  # opens the phone's own choice of pictures
    page.set_input_files(
        "input[type=file]",
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": SCREENSHOT.picture},
    )
    walk.tap(page.get_by_role("button", name="查一查", exact=True))
    page.locator(".verdict").wait_for(timeout=READING)
    assert page.locator("h1").inner_text() == "很像骗局"
    assert get_overflow_width(page) <= 0
    walk.tap(page.get_by_role("link", name="现在该做什么"))
    top = page.locator("#now").bounding_box()["y"]
    assert 0 <= top < 400, "what to do is on the screen"
    assert page.locator(".shot svg").get_by_role("link").count(), "places in the picture"
    require_numbers_agree(page, ".shot svg a text")
    require_numbers_agree(page, ".transcript sup a")
    require_figures("a screenshot is checked, and what to do is read", walk, 3)


# In the second scheme only colours are another.
SHOWN = [
    pytest.param(390, ["dark", "light"], id="390"),
    pytest.param(1280, ["light"], id="1280", marks=pytest.mark.full),
    pytest.param(1280, ["dark"], id="1280 dark", marks=pytest.mark.full),
]


@pytest.mark.parametrize(("width", "schemes"), SHOWN)
def test_form_answer_and_shared_page_are_accessible(open_page, schemes, width):
    make_alert("刷单案", fraud_type="brushing_rebate")
    page = open_page(width=width, height=844)
    faults_by_page = {}

    def look(name):
        rules = EVERY_RULE
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            take_screenshot(page, f"check-{name.strip('/').replace('/', '-')}-{width}-{scheme}")
            faults_by_page[name, scheme] = axe_faults(page, MAIN_PART, rules)
            rules = CONTRAST

    for name, text in (("high", TEXT), ("low", EXAMPLES["honest"].text), ("unclear", "钱")):
        submit_check_text(page, text)
        look(name)
        assert page.evaluate(LARGEST) > 0, name
    page.goto("/check/")
    page.get_by_role("button", name="查一查", exact=True).click()
    look("empty")
    for address in (SHARED, "/check/about/medium/", "/check/about/low/"):
        page.goto(address)
        look(address)
    assert {name: faults for name, faults in faults_by_page.items() if faults} == {}


@pytest.mark.full
@pytest.mark.parametrize(("width", "schemes"), SHOWN)
def test_the_answer_for_a_screenshot_is_accessible(open_page, schemes, width):
    page = open_page(width=width, height=844)
    page.goto("/check/")
    faults_by_page = {"form": axe_faults(page, MAIN_PART, EVERY_RULE)}
    page.set_input_files(
        "input[type=file]",
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": SCREENSHOT.picture},
    )
    page.get_by_role("button", name="查一查", exact=True).click()
    page.locator(".verdict").wait_for(timeout=READING)
    rules = EVERY_RULE
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        take_screenshot(page, f"check-screenshot-{width}-{scheme}")
        faults_by_page[scheme] = axe_faults(page, MAIN_PART, rules)
        rules = CONTRAST
    assert {name: faults for name, faults in faults_by_page.items() if faults} == {}


@pytest.mark.full
def test_nothing_is_cut_off_on_the_smallest_phone(open_page):
    for large in (False, True):
        page = open_page(width=320, height=640)
        if large:
            page.add_init_script("localStorage.setItem('large', '1')")
        submit_check_text(page)
        assert page.locator("html[data-large]").count() == int(large)
        assert get_overflow_width(page) <= 0
        page.goto(SHARED)
        assert get_overflow_width(page) <= 0


def test_a_finger_finds_what_it_aims_at(phone):
    submit_check_text(phone)
    assert phone.evaluate(SMALL) == []
    phone.goto(SHARED)
    assert phone.evaluate(SMALL) == []


@pytest.mark.full
def test_on_paper_there_are_verdict_marks_reasons_and_advice_and_no_furniture(page):
    submit_check_text(page)
    page.emulate_media(media="print")
    for kept in (".verdict h1", ".quote mark", ".finds li", ".now li", ".hotlines"):
        assert page.locator(kept).first.is_visible(), kept
    for away in ("nav.tabs", "nav.nav", "form.search", "textarea", "button", ".verdict .btn"):
        assert not page.locator(away).first.is_visible(), away


@pytest.mark.parametrize("scheme", mark_each(2, ["dark", "light"]))
def test_the_code_on_the_shared_page_leads_to_it(open_page, live_server, scheme):
    page = open_page(color_scheme=scheme)
    page.goto(SHARED)
    drawn = page.locator("svg.check-qr").screenshot()
    assert read_barcodes(Image.open(BytesIO(drawn))) == [f"{live_server.url}{SHARED}"]
    assert page.locator(".address").inner_text() == f"{live_server.url}{SHARED}"
