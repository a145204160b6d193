"""查一查: requests as no browser sends them, and the pictures that people do send."""

from io import BytesIO

import pytest
from PIL import Image

from tests.answers import read_body
from tests.safety.checking import ADDRESS, build_upload, picture_of, post_check
from tests.safety.reporting import make_browser

pytestmark = pytest.mark.django_db
TEXT = b'--B\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
BROKEN_FILE = (
    TEXT + b'x\r\n--B\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--B--\r\n"
)
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=x", f"{FORM}; charset=utf-7"),
        (b"text=x", f"{FORM}; charset=rot13"),
        (TEXT + b"+2AA-\r\n--B--\r\n", f"{PARTS}; boundary=B; charset=utf-7"),
        (TEXT + b"x\r\n--B--\r\n", f"{PARTS}; boundary=B; charset=rot13"),
        (TEXT + b"x\r\n--B--\r\n", f"{PARTS}; boundary="),
        (BROKEN_FILE, f"{PARTS}; boundary=B"),
    ],
)
def test_a_request_as_no_browser_makes_it_is_at_fault_itself(body, kind):
    client = make_browser()
    client.raise_request_exception = False
    answer = client.generic("POST", ADDRESS, body, content_type=kind)
    assert answer.status_code == 400 and "看不懂这个请求" in read_body(answer)


def test_more_than_any_form_takes_is_said_to_be_too_long():
    answer = make_browser().post(ADDRESS, {"text": "x" * 3_000_000})
    assert answer.status_code == 400 and "太长了" in read_body(answer)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_our_own_charset_may_be_named(charset):
    body = "text=周末在商场门口发传单，中午管饭".encode()
    answer = make_browser().generic(
        "POST", ADDRESS, body, content_type=f"{FORM}; charset={charset}"
    )
    assert answer.status_code == 200 and "看不出来" in read_body(answer)


def in_a_screenshot(side):
    screen = Image.new("RGB", (1080, 2400), (237, 237, 237))
    code = Image.open(picture_of("https://u.wechat.com/abcdefgh")).resize((side, side))
    screen.paste(code, (233, 1177))
    drawn = BytesIO()
    screen.save(drawn, "JPEG", quality=70)
    return build_upload(drawn.getvalue())


@pytest.mark.parametrize(
    "side", [50, 150, *(pytest.param(side, marks=pytest.mark.full) for side in (74, 700))]
)
def test_a_code_in_a_screenshot_is_read_however_small(side):
    assert "加对方为微信好友" in read_body(post_check(pictures=[in_a_screenshot(side)]))
