"""A signed ZIP: the files, a manifest of their hashes, its signature, the key to check it by.

The same files always make the same bytes: no time of packing, nothing compressed.
"""

import hashlib
import json
import tempfile
import zipfile

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from safety.evidence.signatures import export_public_key, fingerprint_public_key, sign_pack

MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "public-key.pem"
IN_MEMORY = 1_000_000  # bytes; beyond that the archive is built in a file
_ANY_TIME = (1980, 1, 1, 0, 0, 0)
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}


def pack_signed_zip(files: dict[str, bytes], about: dict):
    """An open file with the ZIP, at its beginning; whoever sends it closes it."""
    manifest = encode_pack_json(
        {
            "format": 1,
            **about,
            "signature": f"Ed25519 over {MANIFEST}, base64 in {SIGNATURE}",
            "key": fingerprint_public_key(),
            "files": {name: _described(content) for name, content in sorted(files.items())},
        }
    )
    packed = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            _add(archive, name, content)
        _add(archive, MANIFEST, manifest)
        _add(archive, SIGNATURE, sign_pack(manifest))
        _add(archive, KEY, export_public_key())
    packed.seek(0)
    return packed


def encode_pack_json(value) -> bytes:
    """As a machine reads it; people can too. Every moment carries its time zone."""
    text = json.dumps(value, cls=_Encoder, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def encode_pack_text(*lines: str) -> bytes:
    """As Windows' own editor shows it too."""
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def format_moment(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else ""


class _Encoder(DjangoJSONEncoder):
    """Moments as they were here: the reader should not have to add eight hours."""

    def default(self, o):
        return timezone.localtime(o).isoformat() if hasattr(o, "tzinfo") else super().default(o)


def _described(content):
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _add(archive, name, content):
    info = zipfile.ZipInfo(name, _ANY_TIME)
    info.create_system, info.external_attr = 3, 0o644 << 16
    archive.writestr(info, content)
