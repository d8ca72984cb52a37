"""Every setting comes from the environment; a bad value stops the start and says which."""

import os
import re
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from live import __version__, db, postgres

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = __version__


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, str(default))
    if value.lower() not in ("true", "false", "1", "0"):
        raise ImproperlyConfigured(f"{name}={value!r}: use true or false.")
    return value.lower() in ("true", "1")


def env_list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_secret_key() -> str:
    """SECRET_KEY, or for a site on the embedded PostgreSQL one that is made once and kept beside its data."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    if not postgres.is_embedded():
        raise ImproperlyConfigured("SECRET_KEY is not set: give a long random text of your own.")
    return postgres.keep_secret("secret_key")


def env_database() -> dict[str, Any]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        raise ImproperlyConfigured("DATABASE_URL is not set: start by manage.py, or give postgresql://…")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        reason = str(error).strip().replace("\n", " ")
        raise ImproperlyConfigured(f"DATABASE_URL can't be read: {reason}") from error
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    known = {ours: str(parts.pop(theirs, "") or "") for ours, theirs in names.items()}
    most = env_int("DATABASE_CONNECTIONS", 20)
    options = {"connect_timeout": 5, "pool": db.pool_options(most) if most else None, **parts}
    return {"ENGINE": "live.db", **known, "OPTIONS": options}


def env_int(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name, str(default))
    if not (value.isdecimal() and least <= int(value)):
        raise ImproperlyConfigured(f"{name}={value!r}: use a whole number{f' from {least}' if least else ''}.")
    return int(value)


def env_choice(name: str, default: str, choices: Collection[str]) -> str:
    value = os.environ.get(name, default)
    if value not in choices:
        some = ", ".join(sorted(choices)[:3])
        raise ImproperlyConfigured(f"{name}={value!r} is none of {some}{' …' if len(choices) > 3 else ''}")
    return value


def env_header(name: str) -> str:
    value = os.environ.get(name, "")
    if not re.fullmatch(r"[A-Za-z0-9-]*", value):
        raise ImproperlyConfigured(f"{name}={value!r} is no name of a header: X-Real-IP would be one.")
    return value


def plainly(headers: Any, path: str, url: str) -> None:
    # No browser may take a static file for something else than its type says.
    headers["X-Content-Type-Options"] = "nosniff"


DEBUG = env_bool("DEBUG", False)
SECRET_KEY = env_secret_key()
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "servestatic.runserver_nostatic",
    "live",
    "interviews",
    "csp",
    "auditlog",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "live.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "live.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "interviews.middleware.Sessions",
    "interviews.middleware.VisitorsLanguage",
    "interviews.middleware.Faces",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "interviews.middleware.LetIn",
    "interviews.middleware.recorded",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "live.urls"
ASGI_APPLICATION = "live.asgi.application"

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
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that a field may be a template of the site's own

DATABASES = {"default": env_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "interviews.User"
# What others have hashed is hashed anew by the first when its owner signs in.
PASSWORD_HASHERS = [f"interviews.models.accounts.hashing.{name}" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "interviews.backend.Rights"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk:interviews"
LOGOUT_REDIRECT_URL = "front-page"

SITE_NAMES = {"zh-Hans": "访谈", "en": "Fangtan"}
SITE_NAME = " ".join(SITE_NAMES.values())

REQUIRE_SECOND_FACTOR = env_bool("REQUIRE_SECOND_FACTOR", False)  # of whoever may open the admin
OTP_TOTP_ISSUER = SITE_NAMES["en"]
CLIENT_ADDRESS_HEADER = env_header("CLIENT_ADDRESS_HEADER")  # none: who is connected, which may be the proxy
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 1, least=1)
AXES_CLIENT_IP_CALLABLE = "live.throttle.client_address"
AXES_HANDLER = "live.throttle.Throttle"
AXES_LOCKOUT_CALLABLE = "interviews.views.account.sign_in.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], ["ip_address"]]  # so nobody locks an editor out from elsewhere
AXES_FAILURE_LIMIT = 5  # of one account from one address
FAILURES_OF_AN_ADDRESS = 50  # an office of twenty shares one, and each mistypes twice
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # no address of anybody who came in is kept
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

LANGUAGE_CODE = env_choice("SITE_LANGUAGE", "zh-hans", ["zh-hans", "en"])  # for visitors who speak neither
LANGUAGES = [("zh-hans", _("Chinese (simplified)")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "interviews" / "locale"]
USE_TZ = True
TIME_ZONE = env_choice("TIME_ZONE", "Asia/Shanghai", available_timezones())

SERVESTATIC_ADD_HEADERS_FUNCTION = plainly
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = postgres.VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = postgres.VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "live.storage.StaticFiles"},
}

PAGE_CACHE = env_bool("PAGE_CACHE", True)  # false where what stands before the server keeps public pages
APPROVAL_REQUIRED = env_bool("APPROVAL_REQUIRED", False)  # of an interview, before it is announced
AUDITLOG_STORE_JSON_CHANGES = AUDITLOG_USE_FK_STRING_REPRESENTATION = True  # as things were called then

# http on this machine only: browsers treat 127.0.0.1 as safe, and a site behind TLS sets HTTPS=true
HTTPS = env_bool("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"  # no other host of the domain can set it
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "interviews.views.refusals.csrf_failure"
SESSION_ENGINE = "interviews.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # seconds without work; an open desk is work
SESSION_LONGEST = timedelta(days=7)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_100  # an import of 2,000 people has a choice in each row
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # what a domain's other sites do is not ours to decide
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"live": {"level": "INFO"}, "interviews": {"level": "INFO"}},
}
