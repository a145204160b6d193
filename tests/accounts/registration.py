"""An employer that registers and its papers, for the tests of these pages."""

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from sitekit.models import TextMessage

LICENCE = "92433101MA0000001N"
PHONE = "+8613800000031"
ANSWERS = {
    "kind": "individual_business",
    "name": "吉首示例小吃铺",
    "licence_code": LICENCE,
    "region": "吉首",
    "contact_name": "小田",
    "contact_phone": "13800000031",
    "intro": "做米粉的小店。",
    "agrees": "on",
}


def build_registration_form(**other):
    return ANSWERS | other


def post_registration(client, **other):
    return client.post("/employer/register/", build_registration_form(**other))


def build_picture_file(width=900, height=600, kind="JPEG", **options):
    written = io.BytesIO()
    Image.new("RGB", (width, height), "tan").save(written, kind, **options)
    return written.getvalue()


def build_pdf(words=b"licence"):
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + words + b"\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 2 >>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def upload_paper(client, data, kind="licence", name="执照.jpg", *, side="", follow=False):
    file = SimpleUploadedFile(name, data, content_type="image/jpeg")
    typed = {"kind": kind, "file": file} | ({"side": side} if side else {})
    return client.post("/employer/papers/", typed, follow=follow)


def drawn_picture(words, width=900, height=600):
    """A picture with something on it, so that two of them differ."""
    image = Image.new("RGB", (width, height), "tan")
    pen = ImageDraw.Draw(image)
    for number, letter in enumerate(words):
        left = (ord(letter) * 37 + number * 211) % (width - 200)
        top = (ord(letter) * 53) % (height - 150)
        pen.rectangle((left, top, left + 200, top + 150), fill="navy")
    written = io.BytesIO()
    image.save(written, "JPEG", quality=90)
    return written.getvalue()


def prove_phone(client, number=PHONE):
    client.post("/employer/phone/", {"phone": number})
    return client.post("/employer/phone/", {"code": last_code()})


def last_code():
    return re.search(r"\d{6}", TextMessage.objects.latest("pk").text)[0]
