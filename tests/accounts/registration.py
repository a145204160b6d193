"""An employer that registers and its papers, for the tests of these pages."""

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

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


def answers(**other):
    return ANSWERS | other


def register(client, **other):
    return client.post("/employer/register/", answers(**other))


def picture(width=900, height=600, kind="JPEG", **options):
    written = io.BytesIO()
    Image.new("RGB", (width, height), "tan").save(written, kind, **options)
    return written.getvalue()


def pdf(words=b"licence"):
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + words + b"\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 2 >>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def upload(client, data, kind="licence", name="执照.jpg", *, follow=False):
    file = SimpleUploadedFile(name, data, content_type="image/jpeg")
    return client.post("/employer/papers/", {"kind": kind, "file": file}, follow=follow)


def prove_phone(client, number=PHONE):
    client.post("/employer/phone/", {"phone": number})
    return client.post("/employer/phone/", {"code": last_code()})


def last_code():
    return re.search(r"\d{6}", TextMessage.objects.latest("pk").text)[0]
