"""The folder and the variables of the site that is tried: those of production, everything on the loopback."""

import os
import secrets
import socket
from pathlib import Path

import trustme

from tools.cluster.databases import build_url
from tools.cluster.processes import find_free_port
from tools.embedded_pg.server import EmbeddedServer

PROJECT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
# What the own environment of a developer may hold, and would lead elsewhere.
OF_OTHERS = ("DATABASE_", "EMBEDDED_", "DEBUG", "TRIAL", "SECRET_KEY", "DJANGO_", "PROCESS_KIND")
KEYS = ("CONTACT_KEY", "EVIDENCE_KEY", "SECOND_FACTOR_KEYS", "CONTACT_SEAL_KEYS")


class Installation:
    """`env` is that of every process of the site. Nothing runs yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("db", "replica", "media", "private", "tmp", "backups", "logs"):
            (folder / name).mkdir()
        (folder / "private").chmod(0o700)
        (folder / "backups").chmod(0o700)
        for name in ("db", "replica"):
            (folder / name).chmod(0o711)
        self.server = EmbeddedServer(folder / "db")
        self.mail_port, self.text_port, self.probe_port, self.cache_port = (
            find_free_port() for _ in range(4)
        )
        self.door = socket.create_server((HOST, 0), backlog=512)  # kept: what comes meanwhile waits
        self.port: int = self.door.getsockname()[1]
        self.authority = trustme.CA()
        self.authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        self.env = self._build_environment()

    def _build_environment(self) -> dict[str, str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(OF_OTHERS)
        }
        folder = self.folder
        return environment | {
            "DJANGO_SETTINGS_MODULE": "jobsite.settings",
            "DATABASE_URL": build_url(self.server),
            "SECRET_KEY": secrets.token_urlsafe(50),
            **{name: secrets.token_hex(32) for name in KEYS},
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"http://{HOST}:{self.port}",
            "HTTPS": "0",
            "BEHIND_PROXY": "1",  # each visitor comes from an address of their own
            "MAIL_URL": f"smtp://{HOST}:{self.mail_port}",
            "MAIL_FROM": "noreply@example.com",
            "SMS_URL": f"aliyun://key:secret@{HOST}:{self.text_port}/?sign=x&template_code=SMS_1",
            "SSL_CERT_FILE": str(folder / "ca.pem"),
            "PROBE_BIND": f"{HOST}:{self.probe_port}",
            "STATIC_ROOT": str(folder / "static"),
            "MEDIA_ROOT": str(folder / "media"),
            "PRIVATE_ROOT": str(folder / "private"),
            "TMPDIR": str(folder / "tmp"),
            "OCR_FOLDER": str(folder / "ocr"),
            "SLOW_QUERY_MS": "0",  # on a busy machine all are
            "PYTHONUNBUFFERED": "1",
        }

    def set_own_environment(self) -> None:
        """Let this process be one of the site: it looks at rows as the site's own code does."""
        for name in [name for name in os.environ if name.startswith(OF_OTHERS)]:
            del os.environ[name]
        os.environ.update(self.env)
