"""A signed ZIP: the files, a manifest of their hashes, its signature, the public key.

The same files always give the same bytes: no time of packing, nothing compressed.
"""

import hashlib
import json
import tempfile
import zipfile
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpRequest
from django.utils import timezone

from safety.evidence.signatures import export_public_key, fingerprint_public_key, sign_pack
from sitekit.web.pages import PRIVATE_FILE_HEADERS

MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "public-key.pem"
DOWNLOADABLE_FOR = timedelta(days=1)  # afterwards a new export needs a reason again
REPEATED_EXPORT_INTERVAL = timedelta(minutes=10)  # within which a second export is a double click
IN_MEMORY = 1_000_000  # bytes; beyond that the archive is built in a file
_ANY_TIME = (1980, 1, 1, 0, 0, 0)
_HEADERS = {**PRIVATE_FILE_HEADERS, "X-Content-Type-Options": "nosniff"}


def pack_signed_zip(files: dict[str, bytes], about: dict[str, Any]) -> IO[bytes]:
    """Return an open file at its beginning, which the caller closes."""
    manifest = encode_pack_json(
        {
            "format": 1,
            **about,
            "signature": f"Ed25519 over {MANIFEST}, base64 in {SIGNATURE}",
            "key": fingerprint_public_key(),
            "files": {name: _describe_file(content) for name, content in sorted(files.items())},
        }
    )
    packed = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            _add_file(archive, name, content)
        _add_file(archive, MANIFEST, manifest)
        _add_file(archive, SIGNATURE, sign_pack(manifest))
        _add_file(archive, KEY, export_public_key())
    packed.seek(0)
    return packed


def send_pack(request: HttpRequest, pack: IO[bytes], name: str) -> FileResponse:
    # It must not be compressed on the way: its bytes are the evidence.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        pack, as_attachment=True, filename=name, content_type="application/zip", headers=_HEADERS
    )


def encode_pack_json(value: object) -> bytes:
    """Return indented JSON; every moment has its time zone."""
    text = json.dumps(value, cls=_Encoder, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def encode_pack_text(*lines: str) -> bytes:
    """Return UTF-8 with a byte order mark and CRLF, which the Windows editor reads."""
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def format_moment(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else ""


class _Encoder(DjangoJSONEncoder):
    """Writes moments in local time: the reader should not have to add eight hours."""

    def default(self, o: Any) -> Any:
        return timezone.localtime(o).isoformat() if hasattr(o, "tzinfo") else super().default(o)


def _describe_file(content: bytes) -> dict[str, str | int]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _add_file(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    zip_info = zipfile.ZipInfo(name, _ANY_TIME)
    zip_info.create_system, zip_info.external_attr = 3, 0o644 << 16
    archive.writestr(zip_info, content)
