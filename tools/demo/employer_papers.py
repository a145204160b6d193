"""What employers of the demo wrote of themselves and handed in; all of it plainly an example."""

import io
import zlib

from PIL import Image, ImageDraw, ImageFont
from stdnum.cn import uscc

from accounts.choices import EmployerKind
from accounts.employers.membership import has_licence
from accounts.verification.papers import store_paper
from accounts.verification.submission import list_paper_kinds
from textkit.segmentation import spell_pinyin
from tools.demo.factories import make_user

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WORDS = "SAMPLE\nNOT A REAL DOCUMENT"


def build_employer_facts(row):
    """Code and contact of an employer, always the same for its name and place."""
    number = zlib.crc32(f"{row['name']} {row['region'].adcode}".encode())
    code = ""
    if has_licence(row.get("kind", EmployerKind.DIRECT_EMPLOYER)):
        is_individual = row.get("kind") == EmployerKind.INDIVIDUAL_BUSINESS
        body = f"{'92' if is_individual else '91'}{row['region'].adcode}XXXX{_build_licence_letters(number)}"
        code = body + uscc.calc_check_digit(body)
    return {
        "licence_code": code,
        "contact_name": "示例联系人",
        "contact_phone": f"+8619900{number % 1_000_000:06}",
    }


def hand_in_papers(employer):
    """An owner, and the papers a moderator has to look at."""
    owner = make_user(f"shop-{employer.pk}@example.com", name="示例店主")
    employer.memberships.create(user=owner, role="owner")
    for kind in list_paper_kinds(employer):
        words = f"{kind}\n{spell_pinyin(employer.name)}\n{employer.licence_code}"
        store_paper(employer, kind, _draw_paper_image(words), owner)


def _build_licence_letters(number):
    licence_body = ""
    for _ in range(5):
        number, place = divmod(number, len(LETTERS))
        licence_body += LETTERS[place]
    return licence_body


def _draw_paper_image(words):
    image = Image.new("RGB", (1200, 850), "#f3ead2")
    pen = ImageDraw.Draw(image)
    pen.rectangle((30, 30, 1169, 819), outline="#a8772f", width=6)
    pen.text((90, 120), f"{WORDS}\n\n{words}", "#5a4a2a", ImageFont.load_default(56))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file
