"""All settings, in one file. It runs with no environment at all, and refuses to start where that would be unsafe.

The environment is read here and nowhere else. Every variable is in docs/settings.md.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django_guid.integrations import CeleryIntegration
from kombu import Queue
from redis.backoff import NoBackoff
from redis.retry import Retry

from authorizations.management.host_names import is_this_machine, why_only_production
from fedramp_portal import (
    database_settings,
    identity_providers,
    logging_settings,
    own_address,
    s3_settings,
    scanner_settings,
    timer_settings,
)
from fedramp_portal.feed_settings import FeedSources
from fedramp_portal.secret_keys import INSECURE_KEY, is_weak
from fedramp_portal.webhook_settings import WebhookHosts

# Workbooks are read with defusedxml, which refuses entities. Where some package brings lxml, openpyxl would take that.
os.environ["OPENPYXL_LXML"] = "False"

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.9.0"


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_flag(name: str, *, default: bool) -> bool:
    word = env(name).lower()
    if word in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not word else word in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} must be yes or no, not “{word}”.")


def env_number(name: str, default: int) -> int:
    word = env(name) or str(default)
    if not re.fullmatch("[0-9]{1,6}", word) or not int(word):
        raise ImproperlyConfigured(f"{name} must be a whole number from 1 on, not “{word}”.")
    return int(word)


PRODUCTION = env_flag("PORTAL_PRODUCTION", default=False)
DEBUG = env_flag("PORTAL_DEBUG", default=False)
DATA_DIR = Path(env("PORTAL_DATA") or BASE_DIR / "var").resolve()

# --- safety -----------------------------------------------------------------------------------------------------------

SECRET_KEY = env("PORTAL_SECRET_KEY") or INSECURE_KEY
ALLOWED_HOSTS = [host.strip() for host in env("PORTAL_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host.strip()]
HTTPS = env_flag("PORTAL_HTTPS", default=PRODUCTION)
# One-click sign-in as a demo person: on where the portal runs on one machine, never in production.
DEMO_SIGN_IN = env_flag("PORTAL_DEMO", default=not PRODUCTION)
# Whether a local account needs more than a password; without it only a demo may be.
SECOND_FACTOR = env_flag("PORTAL_SECOND_FACTOR", default=True)
# Seconds without use after which a session ends, and after which it ends in any case (NIST SP 800-63B-4, section 2.2).
IDLE_SECONDS = env_number("PORTAL_IDLE_SECONDS", 15 * 60)
SESSION_COOKIE_AGE = 12 * 60 * 60
MAINTENANCE = env("PORTAL_MAINTENANCE")
OLD_SECRET_KEY = env("PORTAL_OLD_SECRET_KEY")

if PRODUCTION:
    unsafe = {
        "PORTAL_SECRET_KEY must be a random text of 50 characters or more, 20 of them different": is_weak(SECRET_KEY),
        "PORTAL_OLD_SECRET_KEY must be as random as the new one": bool(OLD_SECRET_KEY) and is_weak(OLD_SECRET_KEY),
        "PORTAL_HOSTS must name the portal's host names, without *, gaps or whole domains such as .gov": any(
            re.fullmatch(r"|.*\*.*|\.[^.]*", host.strip()) for host in env("PORTAL_HOSTS").split(",")
        ),
        "PORTAL_DEBUG must be off": DEBUG,
        "PORTAL_DEMO must be off: it lets anyone sign in as anyone": DEMO_SIGN_IN,
        "PORTAL_HTTPS must be on": not HTTPS,
        "PORTAL_SECOND_FACTOR must be on: a password alone is not enough": not SECOND_FACTOR,
        "PORTAL_IDLE_SECONDS must be between 120 and 900": not 120 <= IDLE_SECONDS <= 900,
        "DATABASE_URL must name a PostgreSQL database": not env("DATABASE_URL"),
        "REDIS_URL must name the broker": not env("REDIS_URL"),
    }
    if any(unsafe.values()):
        raise ImproperlyConfigured(
            "Unsafe for production: " + "; ".join(why for why, is_so in unsafe.items() if is_so) + "."
        )

# Whether anyone else who reaches it could do what they like.
FOR_ONE_MACHINE = DEMO_SIGN_IN or DEBUG or is_weak(SECRET_KEY) or (bool(OLD_SECRET_KEY) and is_weak(OLD_SECRET_KEY))
# A demo that was asked for by its name may also listen where others reach it, as in a container.
DEMO_FOR_OTHERS = DEMO_SIGN_IN and bool(env("PORTAL_DEMO")) and not DEBUG
for host in [] if PRODUCTION else ALLOWED_HOSTS:
    if why := why_only_production(host, for_one_machine=FOR_ONE_MACHINE):
        raise ImproperlyConfigured(f"PORTAL_HOSTS: {why}")
# The last key, while a new one is taken into use: what it signed and sealed can still be read.
SECRET_KEY_FALLBACKS = [OLD_SECRET_KEY] if OLD_SECRET_KEY else []

# --- what the portal is made of ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "benchmarks",
    "demo",
    "authorizations",
    "accounts",
    "fedramp_portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "csp",
    "django_guid",
    "django_htmx",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    # Above everything that answers by itself, so that every answer carries the rules for the browser.
    "authorizations.web.middleware.without_features",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "authorizations.web.middleware.without_content",
    "authorizations.web.access_log.access_log",
    "authorizations.web.middleware.probes",
    "accounts.database_patience.impatient",
    "authorizations.api.errors.api_answers",
    "authorizations.web.middleware.known_methods",
    "authorizations.web.middleware.storable_query",
    "authorizations.web.middleware.private_pages",
    "authorizations.web.middleware.maintenance",
    "authorizations.web.middleware.known_rules",
    "authorizations.web.middleware.bounded_bodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "authorizations.web.refusal_counts.noted_refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "authorizations.web.sign_in.sessions.end_unused_sessions",
    "authorizations.web.sign_in.sessions.UrlAccessMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "authorizations.web.error_pages.RefusalPages",
    "authorizations.web.repeated_acts.RepeatedActs",
]

ROOT_URLCONF = "fedramp_portal.urls"
WSGI_APPLICATION = "fedramp_portal.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["authorizations.web.sign_in.auth_backend.PortalBackend"]
LOGIN_URL = LOGOUT_REDIRECT_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "authorizations.web.context_processors.frame",
            ],
            "builtins": ["authorizations.templatetags.portal"],
        },
    }
]

# --- where things are kept --------------------------------------------------------------------------------------------

DATABASES = {"default": database_settings.read(env("DATABASE_URL"), DATA_DIR)}
REDIS_URL = env("REDIS_URL")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in {"redis", "rediss"}:
    raise ImproperlyConfigured("REDIS_URL must begin with redis:// or rediss://; leave it out for one machine.")
# A cache that does not answer holds nobody up: half a second, once.
BOUNDED = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "OPTIONS": BOUNDED}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What each process has counted over long lists since the last act.
    "counts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counts",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "/static/"
# Only production gathers its static files; elsewhere they are served from where they lie.
STATIC_ROOT = DATA_DIR / "static" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
FILES = s3_settings.read(env("PORTAL_FILES_S3"), https=PRODUCTION)
STORAGES = {
    "default": FILES,
    # Files of documents, each under its hash: no program's output, and worth a backup of their own.
    "documents": FILES,
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
# Reading a feed takes fifteen times its size in memory. An upload above the first number goes to a file on disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
IMPORT_MAX_BYTES = 32 * 1024 * 1024
CORRECTION_DAYS, CORRECTION_FORM = env_number("PORTAL_CORRECTION_DAYS", 30), env("PORTAL_CORRECTION_FORM")
DOCUMENT_MAX_BYTES = env_number("PORTAL_DOCUMENT_MB", 50) * 1024 * 1024
# The scanner of documents: where clamd listens; none, and documents are not scanned.
CLAMAV = scanner_settings.read(env("PORTAL_CLAMAV"))
FEEDS = FeedSources.read(env("PORTAL_FEED_FOLDER"), env("PORTAL_FEED_ADDRESS"))
WEBHOOK_HOSTS = WebhookHosts.read(env("PORTAL_WEBHOOK_HOSTS"))
# What is in the header and footer of each page of a report, such as CUI; nothing where it is not said.
REPORT_MARKING = env("PORTAL_REPORT_MARKING")
# Reports of the background: for how many days their files are kept, and what making one may take.
REPORT_DAYS, REPORT_PDF_ROWS = env_number("PORTAL_REPORT_DAYS", 14), env_number("PORTAL_REPORT_PDF_ROWS", 3500)
REPORT_SECONDS = env_number("PORTAL_REPORT_MINUTES", 10) * 60
REPORT_MEMORY = env_number("PORTAL_REPORT_MEMORY_MB", 1536) * 1024 * 1024
REPORT_MAX_BYTES = env_number("PORTAL_REPORT_MB", 100) * 1024 * 1024
ANCHOR_FILE = DATA_DIR / "anchors.jsonl"  # the ends of the audit logs, daily: to be copied elsewhere

# --- time and language ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "America/New_York"
FORMAT_MODULE_PATH = "fedramp_portal.formats"

# --- sign-in ----------------------------------------------------------------------------------------------------------

IDENTITY_PROVIDERS = identity_providers.read(env("PORTAL_IDENTITY_PROVIDERS"), https=PRODUCTION)
PROVIDER_OF_DOMAIN = identity_providers.by_domain(IDENTITY_PROVIDERS)
SOCIALACCOUNT_PROVIDERS = identity_providers.for_the_library(IDENTITY_PROVIDERS)
SOCIALACCOUNT_ADAPTER = "authorizations.web.sign_in.allauth_hooks.Organizations"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
ACCOUNT_ADAPTER = "authorizations.web.sign_in.allauth_hooks.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Seconds that the link for a forgotten password is good for.
PASSWORD_RESET_TIMEOUT = 60 * 60
# There is one lock-out, in `authorizations/throttle.py`.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_ADAPTER = "authorizations.web.sign_in.allauth_hooks.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Authorization portal"
# A code counts half a minute longer: clocks of telephones are not exact. It counts once.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Browsers allow passkeys without TLS on this machine alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "accounts.passwords.NotEasilyGuessed"},
]
SESSION_ENGINE = "accounts.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
if HTTPS:
    # No other host of the same domain can set cookies of these names.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "authorizations.web.error_pages.csrf_failure"

# --- transport and browser --------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
# Whatever watches over the portal asks each process itself, behind the proxy.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- background work --------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What the timer sends has its own queue, behind no backlog. So has what leaves for other servers, mail and webhooks: it
# must hold up nothing else.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("timer"), Queue("reports"), Queue("mail")]
CELERY_TASK_ROUTES = {f"authorizations.tasks.{task}": {"queue": "mail"} for task in ("deliver_mail", "mail_anchors")}
# It remembers nothing: what there is to do is in the database, and a second timer is in nobody's way.
CELERY_BEAT_SCHEDULER = "fedramp_portal.beat_scheduler.Timer"
TIMER_FILE = DATA_DIR / "timer"
CELERY_BEAT_SCHEDULE = timer_settings.SCHEDULE

# --- mail -------------------------------------------------------------------------------------------------------------

SMTP = env("PORTAL_SMTP")
SERVER = urlsplit(SMTP)
if SMTP and SERVER.scheme not in {"smtp", "smtps"}:
    raise ImproperlyConfigured("PORTAL_SMTP must begin with smtp:// (the connection is then secured) or smtps://.")
PATIENT = "authorizations.notifications.mail.smtp_backend.PatientBackend"
EMAIL_BACKEND = PATIENT if SMTP else "django.core.mail.backends.dummy.EmailBackend"
EMAIL_HOST = SERVER.hostname or ""
EMAIL_PORT = SERVER.port or (465 if SERVER.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(SERVER.username or ""), unquote(SERVER.password or "")
EMAIL_USE_SSL = SERVER.scheme == "smtps"
# A server on this machine needs no secured way to it.
EMAIL_USE_TLS = SERVER.scheme == "smtp" and not is_this_machine(EMAIL_HOST)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env("PORTAL_MAIL_FROM", "portal@localhost")
# A portal for trying out says so in every subject, and mails nobody but those who agreed to it: addresses, or @domains.
MAIL_PREFIX = env("PORTAL_MAIL_PREFIX", "" if PRODUCTION else "[Not production]")
AGREED = {each.strip().lower() for each in env("PORTAL_MAIL_ALLOWED").split(",") if each.strip()}
MAIL_ALLOWED = None if PRODUCTION and not AGREED else AGREED
# Where links lead that no request asks for, such as those in mails; these never take a host that a request names.
PORTAL_URL = own_address.read(env("PORTAL_URL"), https=HTTPS)
OWN_ADDRESS = PORTAL_URL or f"http{'s' * HTTPS}://{ALLOWED_HOSTS[0].lstrip('.')}"
# Who gets a mail each day with where the audit log ends.
ANCHOR_MAIL = [address.strip() for address in env("PORTAL_ANCHOR_MAIL").split(",") if address.strip()]
if ANCHOR_MAIL and not SMTP:
    raise ImproperlyConfigured("PORTAL_ANCHOR_MAIL names addresses: set PORTAL_SMTP to a mail server too.")

# --- logging: standard output, ids only -------------------------------------------------------------------------------

DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "INTEGRATIONS": [CeleryIntegration(use_django_logging=True)],
}
LOG_LEVEL = (env("PORTAL_LOG_LEVEL") or "INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured(f"PORTAL_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not “{LOG_LEVEL}”.")
LOGGING = logging_settings.written(LOG_LEVEL, as_json=PRODUCTION)

# --- who runs this site -----------------------------------------------------------------------------------------------

# An agency that runs the portal officially names itself here; only then is the federal banner shown.
RUN_BY_AGENCY = env("PORTAL_AGENCY")
SECURITY_CONTACT = env("PORTAL_SECURITY_CONTACT", "mailto:security@localhost")
SECURITY_TXT_EXPIRES = env("PORTAL_SECURITY_TXT_EXPIRES", "2027-06-30T00:00:00Z")
