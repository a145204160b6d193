"""Typed readers for environment variables; a wrong value stops the start-up with its name."""

import base64
import ipaddress
import os
import re
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from jobsite.operations import time_limits

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


# What production cannot do without, and how each is made: without a key what is sealed hangs on SECRET_KEY,
# without a way out mails and codes lie in files, and the links in them lead to nowhere.
REQUIRED_VARIABLES = {
    "SECRET_KEY": "openssl rand -base64 48",
    "DATABASE_URL": "postgresql://user:password@host:5432/name",
    "ALLOWED_HOSTS": "example.com",
    "MAIL_URL": "smtps://user:password@host:465",
    "MAIL_FROM": "Name <noreply@example.com>",
    "SMS_URL": "aliyun://…, or file:/folder to do without",
    **dict.fromkeys(
        ("CONTACT_KEY", "EVIDENCE_KEY", "SECOND_FACTOR_KEYS", "CONTACT_SEAL_KEYS"),
        "openssl rand -hex 32",
    ),
}


def require_variables() -> None:
    """Stop the start-up with all that production lacks, in one line."""
    if missing := [name for name in REQUIRED_VARIABLES if not os.environ.get(name, "").strip()]:
        ways = ", ".join(f"{name} ({REQUIRED_VARIABLES[name]})" for name in missing)
        raise ImproperlyConfigured(
            f"Not set: {ways}. See deploy/README.md; a trial on this machine alone takes TRIAL=1."
        )


def read_env_text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or default  # an empty line says nothing here, too
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set.")
    return value


def read_env_flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if not value:  # an empty line in an env file says nothing: HTTPS= must not turn it off
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")


def read_env_integer(name: str, default: int, low: int, high: int) -> int:
    """Return the number, or the default if it is unset. Raise `ImproperlyConfigured` outside of `low` to `high`."""
    value = os.environ.get(name)
    if not value:
        return default
    if not re.fullmatch("[0-9]{1,12}", value) or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}={value!r} is no whole number from {low} to {high}.")
    return int(value)


def read_env_choice(name: str, choices: tuple[str, ...]) -> str:
    """Return one of them; unset it is the first."""
    value = os.environ.get(name, "").strip() or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(choices)}.")
    return value


def read_env_list(name: str, default: str = "") -> list[str]:
    """A list separated by commas; empty parts are dropped."""
    return [part.strip() for part in (os.environ.get(name) or default).split(",") if part.strip()]


def read_env_database(name: str, default: str = "") -> dict:
    """Return Django's settings for a postgresql:// address."""
    value = os.environ.get(name) or default
    if not value:
        raise ImproperlyConfigured(f"{name} is not set.")
    refusal = ImproperlyConfigured(f"{name} is no postgresql://user:password@host:port/name.")
    url = _split_url(value, refusal)
    try:
        options = conninfo_to_dict(value)
    except ProgrammingError:
        raise refusal from None  # the original words may hold the password
    if url.scheme not in ("postgres", "postgresql") or "dbname" not in options:
        raise refusal
    return {
        "ENGINE": os.environ.get("DATABASE_ENGINE") or POSTGRESQL,
        "NAME": options.pop("dbname"),
        **{key.upper(): options.pop(key, "") for key in ("user", "password", "host", "port")},
        "OPTIONS": options,
    }


POSTGRESQL = "django.db.backends.postgresql"
# Pages are made of many short queries over indexes in memory: measured in docs/speed.md.
PLANNER_OPTIONS = (
    "-c random_page_cost=1.1 -c jit=off -c max_parallel_workers_per_gather=0"
    # Only what is read within `prepare_statements` is prepared: planned once, whatever its values.
    " -c plan_cache_mode=force_generic_plan"
)


def read_env_databases(default: str = "") -> dict[str, dict]:
    """Return those of DATABASE_URL, and of REPLICA_URL and DIRECT_URL where they are set.

    With DIRECT_URL the first one leads through a pooler, which refuses options and lets each transaction
    have another session. Of a host that is gone nobody tells: so many seconds are waited for a connection,
    and (in ms) until an unanswered one counts as gone.
    """
    databases = {"default": read_env_database("DATABASE_URL", default)}
    for alias, name in (("replica", "REPLICA_URL"), ("direct", "DIRECT_URL")):
        if os.environ.get(name):
            databases[alias] = read_env_database(name) | {"ENGINE": POSTGRESQL}
    for alias, database in databases.items():
        database["CONN_MAX_AGE"] = read_env_integer("CONN_MAX_AGE", 60, 0, 86400)
        database["CONN_HEALTH_CHECKS"] = True
        if alias == "default" and "direct" in databases:
            database["DISABLE_SERVER_SIDE_CURSORS"] = True
        else:
            limits = time_limits.read_time_limits().describe()
            database["OPTIONS"].setdefault("options", f"{PLANNER_OPTIONS} {limits}")
        seconds = 2 if alias == "replica" else 10
        waiting = {"connect_timeout": seconds, "tcp_user_timeout": 1000 * seconds}
        database["OPTIONS"] = waiting | database["OPTIONS"]
    return databases


def _split_url(value: str, refusal: ImproperlyConfigured) -> SplitResult:
    """Return the parts of an address; raise `refusal` if it or its port cannot be read."""
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        raise refusal from None  # the original words may hold the password
    return url


def read_env_cache(name: str) -> dict:
    """Django's cache of each process, or the one in Redis or Valkey that all share."""
    value = os.environ.get(name, "").strip()
    if not value:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    refusal = ImproperlyConfigured(f"{name} is no redis://:password@host:6379/0 or rediss://…")
    url = _split_url(value, refusal)
    if url.scheme not in ("redis", "rediss") or not url.hostname:
        raise refusal
    waiting = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    return {
        "BACKEND": "sitekit.databases.shared_cache.SharedCache",
        "LOCATION": value,
        "KEY_PREFIX": "jobsite",
        "OPTIONS": waiting,
    }


def read_env_s3(name: str) -> dict | None:
    """A private bucket of an S3 service for files of pictures, None where it is not set."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    refusal = ImproperlyConfigured(f"{name} is no https://KEY:SECRET@host/bucket?region=…")
    url = _split_url(value, refusal)
    parameters = _read_query(url, refusal)
    region, bucket = parameters.pop("region", ""), url.path.strip("/")
    complete = url.username and url.password and url.hostname and region
    if (
        url.scheme not in ("http", "https")
        or not complete
        or parameters
        or not bucket
        or "/" in bucket
    ):
        raise refusal
    port = f":{url.port}" if url.port else ""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": f"{url.scheme}://{url.hostname}{port}",
            "access_key": unquote(url.username or ""),
            "secret_key": unquote(url.password or ""),
            "bucket_name": bucket,
            "region_name": region,
            "addressing_style": "path",
            "location": "pictures",
            "file_overwrite": True,  # by the same bytes: names follow from content
            "default_acl": None,
        },
    }


def read_env_site_url(name: str, default: str = "") -> str:
    """The address of a whole site: scheme and host, no path."""
    value = os.environ.get(name) or default
    if not value:
        raise ImproperlyConfigured(f"{name} is not set, and ALLOWED_HOSTS names no host to take.")
    if not re.fullmatch(r"https?://([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?", value):
        raise ImproperlyConfigured(f"{name}={value!r} is no http(s)://host without a path.")
    return value


def derive_site_url(hosts: list[str], *, https: bool) -> str:
    """The address that the first host stands for; empty where it stands for all of them."""
    host = hosts[0].removeprefix(".") if hosts else "*"
    return "" if host == "*" else f"{'https' if https else 'http'}://{host}"


def is_open_to_others(hosts: list[str]) -> bool:
    """Return whether a request from another machine could name one of these hosts: one that is no loopback, or `*`."""
    return not all(_is_loopback(host.strip("[]").lower()) for host in hosts)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def read_env_mailbox(name: str, default: str) -> str:
    """An address to send from, with or without a name before it."""
    value = os.environ.get(name) or default
    if not value:
        return ""
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise ImproperlyConfigured(f"{name}={value!r} is no e-mail address.") from None
    return value


SMTP = {
    "smtp": (25, {}),
    "smtp+starttls": (587, {"use_tls": True}),
    "smtps": (465, {"use_ssl": True}),
}


def read_env_mailer(name: str, default: str) -> dict:
    """How mails leave: console:, file:/folder, or an SMTP server."""
    value = os.environ.get(name) or default
    refusal = ImproperlyConfigured(
        f"{name} is none of smtps://user:password@host:465, smtp+starttls://user:password@host:587, "
        "smtp://host:25, file:/folder, console:"
    )
    url = _split_url(value, refusal)
    if local := _find_local_outlet(url):
        kind, options = local
        return {"BACKEND": f"sitekit.messages.mail_backends.{kind}Backend", "OPTIONS": options}
    has_more = bool(url.path.strip("/") or url.query or url.fragment)
    if url.scheme not in SMTP or not url.hostname or has_more:
        raise refusal
    usual_port, secure = SMTP[url.scheme]
    options = {
        "host": url.hostname,
        "port": url.port or usual_port,
        "username": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "timeout": 10,
        **secure,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def _find_local_outlet(url: SplitResult) -> tuple[str, dict] | None:
    """Return the kind of outlet of console: or file:/folder and its options; None for others."""
    if url.geturl() == "console:":
        return "Console", {}
    if url.scheme == "file" and url.path.startswith("/") and not url.netloc:
        return "File", {"folder": unquote(url.path)}
    return None


def read_env_key_pair(name: str) -> tuple[str, str] | None:
    """NAME_KEY and NAME_SECRET, None where neither is set."""
    key, secret = (os.environ.get(f"{name}_{part}", "").strip() for part in ("KEY", "SECRET"))
    if bool(key) != bool(secret):
        raise ImproperlyConfigured(f"{name}_KEY and {name}_SECRET: one is set without the other.")
    return (key, secret) if key else None


def read_env_key(name: str) -> bytes | None:
    """32 bytes of a signing key, written as 64 hexadecimal digits; None where it is not set."""
    value = os.environ.get(name, "").strip()
    return _parse_key(name, value) if value else None


def read_env_push_key(name: str) -> str:
    """A key of IndexNow, which anybody may read: 8 to 128 letters, digits and dashes."""
    value = os.environ.get(name, "").strip()
    if value and not re.fullmatch(r"[A-Za-z0-9-]{8,128}", value):
        raise ImproperlyConfigured(f"{name} must have 8 to 128 letters, digits and dashes.")
    return value


def require_long_secret(name: str, value: str) -> None:
    """Stop the start-up if the secret could be guessed: whoever has it can sign in as anybody."""
    if len(value) < 50 or len(set(value)) < 5:
        raise ImproperlyConfigured(f"{name} is shorter than 50 random characters.")


def read_env_keys(name: str) -> list[bytes]:
    """Several such keys, separated by commas."""
    return [_parse_key(name, value) for value in read_env_list(name)]


def _parse_key(name: str, value: str) -> bytes:
    # It is not shown: it is a secret. What only fills the place of one is none.
    if not re.fullmatch("[0-9a-fA-F]{64}", value) or len(set(value)) == 1:
        raise ImproperlyConfigured(f"{name} is no 64 hexadecimal digits (openssl rand -hex 32).")
    return bytes.fromhex(value)


def read_env_text_messenger(name: str, default: str) -> dict:
    """How text messages leave: console:, file:/folder, or a provider. In a folder, too, they are only those of
    the templates that the address names."""
    value = os.environ.get(name) or default
    refusal = ImproperlyConfigured(
        f"{name} is none of aliyun://KEY_ID:KEY_SECRET@dysmsapi.aliyuncs.com/"
        "?sign=…&template_code=…&template_warning=…, file:/folder, console:"
    )
    url = _split_url(value, refusal)
    if local := _find_local_outlet(url):
        kind, options = local
        sender = f"sitekit.messages.text_messages.{kind}Sender"
        kinds = [key.removeprefix("template_") for key in _read_query(url, refusal)]
        return {"SENDER": sender, "OPTIONS": options, "TEMPLATES": kinds}
    parameters = _read_query(url, refusal)
    sign = parameters.pop("sign", "")
    templates = {key.removeprefix("template_"): value for key, value in parameters.items()}
    named = all(key.startswith("template_") for key in parameters) and all(templates.values())
    complete = url.username and url.password and url.hostname and sign and "code" in templates
    if url.scheme != "aliyun" or not complete or not named or url.path.strip("/"):
        raise refusal
    options = {
        "host": f"{url.hostname}:{url.port}" if url.port else url.hostname,
        "key_id": unquote(url.username or ""),
        "key_secret": unquote(url.password or ""),
        "sign": sign,
        "templates": templates,
    }
    return {"SENDER": "sitekit.messages.text_messages.AliyunSender", "OPTIONS": options}


def _read_query(url: SplitResult, refusal: ImproperlyConfigured) -> dict[str, str]:
    try:
        return dict(parse_qsl(url.query, strict_parsing=True)) if url.query else {}
    except ValueError:
        raise refusal from None  # the original words may hold the secret


def read_env_wechat(name: str) -> dict | None:
    """A WeChat service account, None where it is not set."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    refusal = ImproperlyConfigured(
        f"{name} is no wechat://APP_ID:APP_SECRET@api.weixin.qq.com/?token=…&aes_key=… "
        "with the 43 characters of EncodingAESKey."
    )
    url = _split_url(value, refusal)
    parameters = _read_query(url, refusal)
    token, aes_key = parameters.pop("token", ""), parameters.pop("aes_key", "")
    complete = url.username and url.password and url.hostname and token
    has_key = re.fullmatch("[A-Za-z0-9]{43}", aes_key)
    if url.scheme != "wechat" or not complete or not has_key or parameters or url.path.strip("/"):
        raise refusal
    return {
        "app_id": unquote(url.username or ""),
        "app_secret": unquote(url.password or ""),
        "token": token,
        "aes_key": base64.b64decode(f"{aes_key}="),
        "host": url.hostname,
    }
