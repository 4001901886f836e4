"""Settings: safe defaults for one machine, everything else from the environment."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# Everything an installation owns — database, media, secret — lives in one directory.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(mode=0o750, parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)


def _secret_key() -> str:
    """The key from the environment, or one made at the first start and kept in DATA_DIR."""
    given = env.str("SECRET_KEY", default="")
    if given:
        if len(given) < 40:
            raise ImproperlyConfigured("SECRET_KEY must have at least 40 characters.")
        return given
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        # O_EXCL: of two processes that start at once, one writes and both read the same key.
        try:
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_urlsafe(60))
    return kept.read_text().strip()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

SITE_ORIGIN = env.str("SITE_ORIGIN", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' is not accepted.")
HTTPS = SITE_ORIGIN.startswith("https://")
# A proxy is believed only when it is named here; without it X-Forwarded-* is ignored.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

INSTALLED_APPS = [
    "portal",
    "releases",
    "participation",
    "rectification",
    "evaluations",
    "campaigns",
    "volunteers",
    "civic.apps.CivicConfig",
    "civic.apps.CivicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "ckeditor",
    "django_filters",
    "simple_history",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "civic.middleware.PlainRefusals",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "civic.middleware.SessionLimits",
    "civic.middleware.StaffPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "civic.urls"
WSGI_APPLICATION = "civic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["civic.templatetags.moments"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    }
]

# Database: SQLite by default. IMMEDIATE is what makes parallel writers safe, WAL what lets
# readers go on, FULL what keeps an acknowledged write through a power cut.
DATABASES: dict[str, Any] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'civic.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;"
            "PRAGMA foreign_keys=ON;PRAGMA cache_size=-20000;PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=67108864;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Pages get five seconds (civic/wsgi.py), the job worker a minute (serve), commands no limit.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=0)}"
        " -c lock_timeout=3000 -c idle_in_transaction_session_timeout=60000 -c jit=off"
    )

# Cache: memory of the process by default, Redis by CACHE_URL (redis://…).
CACHE_URL = env.str("CACHE_URL", default="")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "civic.caches.ForgivingRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "civic",
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
    }
    if CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# Jobs: a database worker by default, Redis workers by TASKS_BACKEND=rq.
TASKS_BACKEND = env.str("TASKS_BACKEND", default="database")
if TASKS_BACKEND not in ("database", "rq", "immediate"):
    raise ImproperlyConfigured("TASKS_BACKEND must be database, rq or immediate.")
TASKS: dict[str, Any] = {
    "default": {
        "BACKEND": {
            "database": "django_tasks_db.DatabaseBackend",
            "rq": "django_tasks_rq.RQBackend",
            "immediate": "django_tasks.backends.immediate.ImmediateBackend",
        }[TASKS_BACKEND],
        "QUEUES": ["default"],
    }
}
if TASKS_BACKEND == "rq":
    INSTALLED_APPS += ["django_rq", "django_tasks_rq"]
    RQ_QUEUES = {"default": {"URL": CACHE_URL or "redis://127.0.0.1:6379/0"}}

# Files: the local disk by default, S3-compatible storage by STORAGE_URL
# (s3://KEY:SECRET@host:port/bucket?scheme=https&style=path&region=…).
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
STORAGE_URL = env.str("STORAGE_URL", default="")


def _file_storage() -> dict[str, Any]:
    if not STORAGE_URL:
        return {"BACKEND": "civic.storage.DiskStorage"}
    url = urlsplit(STORAGE_URL)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    port = f":{url.port}" if url.port else ""
    return {
        "BACKEND": "civic.buckets.BucketStorage",
        "OPTIONS": {
            "access_key": unquote(url.username or ""),
            "secret_key": unquote(url.password or ""),
            "bucket_name": url.path.strip("/"),
            "endpoint_url": f"{query.get('scheme', 'https')}://{url.hostname}{port}",
            "region_name": query.get("region", "us-east-1"),
            "addressing_style": query.get("style", "path"),
            "signature_version": "s3v4",
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
        },
    }


STORAGES = {
    "default": _file_storage(),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "civic.storage.StaticStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Language and time: one language for the public pages; staff may prefer English for themselves.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="zh-hans")
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# People
AUTH_USER_MODEL = "civic.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "civic.signin.RoleBackend",
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Classified protection (等保 2.0, GB/T 22239-2019, 8.1.4.1 a) asks for complexity and periodic
# change; ASVS 5.0 (6.2.5, 6.2.10) advises against both. The default follows the former; both
# can be switched off here.
PASSWORD_MIN_CLASSES = env.int("PASSWORD_MIN_CLASSES", default=3)
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", default=90)
PASSWORD_HISTORY = env.int("PASSWORD_HISTORY", default=5)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "civic.signin.CharacterClasses"},
    {"NAME": "civic.signin.NotUsedBefore"},
]
ONE_TIME_PASSWORD_HOURS = env.int("ONE_TIME_PASSWORD_HOURS", default=72)
DORMANT_DAYS = env.int("DORMANT_DAYS", default=90)
STAFF_TOTP = env.str("STAFF_TOTP", default="optional")
if STAFF_TOTP not in ("off", "optional", "required"):
    raise ImproperlyConfigured("STAFF_TOTP must be off, optional or required.")
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "civic.signin.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # civic/audit.py records who came in
AXES_SENSITIVE_PARAMETERS = ["carried", "otp", "csrfmiddlewaretoken"]
AXES_IPWARE_PROXY_COUNT = len(TRUSTED_PROXIES) or None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if TRUSTED_PROXIES else ["REMOTE_ADDR"]
)

# An old state is read, never put back: simple_history's own form would pass by rights and reviews.
SIMPLE_HISTORY_REVERT_DISABLED = True

# Sessions: cookie for twelve hours at most; idle for thirty minutes signs out.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_SAVE_EVERY_REQUEST = False  # CVE-2026-35192
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "civic.views.csrf_failure"

# Headers
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
# CKEditor 4 (divarea) writes inline styles and handlers; only admin forms that carry it get these.
CSP_EDITOR = {"script-src-attr": [UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]}

# Input limits
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=20 * 1024 * 1024)
# A ClamAV daemon that sees each file that comes in (civic/virus.py); without an answer the file is
# refused, unless that is switched off.
VIRUS_SCANNER = env.str("VIRUS_SCANNER", default="")
if VIRUS_SCANNER and not VIRUS_SCANNER.startswith(("tcp://", "unix:///")):
    raise ImproperlyConfigured(
        "VIRUS_SCANNER must be tcp://host:port or unix:///path/of/the/socket."
    )
VIRUS_SCANNER_REQUIRED = env.bool("VIRUS_SCANNER_REQUIRED", default=True)
# More rows than this are exported by a job, not while the browser waits.
EXPORT_JOB_ROWS = env.int("EXPORT_JOB_ROWS", default=20_000)

# Rich text. The boundary is the server (civic/richtext.py); this configures comfort only.
CKEDITOR_BASEPATH = "/static/ckeditor/ckeditor/"
# CKEditor 4.22.1 is the last open release and unmaintained; docs/decisions.md tells how we live
# with it.
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]

# Logging: one JSON object a line on standard error.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "civic.logs.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "json_ensure_ascii": False,
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "INFO"},
        "axes.apps": {"level": "WARNING"},
    },
}

# What the dialog of cited figures says (static/editor/cite/plugin.js).
PICKER_WORDS = {
    "button": _("Cite a figure"),
    "title": _("Cite a figure"),
    "search": _("Search figures by name"),
    "figure": _("Figure"),
    "first": _("From (for example 2020-01-01)"),
    "last": _("To (for example 2020-11-20)"),
    "day": _("Write the days like 2020-11-20, or leave them empty."),
    "group": _("Group"),
    "region": _("Region"),
    "everything": _("Everything"),
    "qualifier": _("Qualifier"),
    "anyQualifier": _("As fits best"),
    "wording": _("Wording"),
    "historical": _("Historical: keep this number even when the data change later"),
    "choose": _("Choose a figure first."),
    "noFigure": _("No figure has such a name."),
    "noWording": _("The number cannot be written like that. Choose another qualifier."),
    "failed": _("The server gave no answer. Try again in a moment."),
    "value": _("Now: {value} · as of {day}"),
    "loading": _("Looking it up…"),
}

CKEDITOR_CONFIGS = {
    "default": {
        "skin": "moono-lisa",
        "language": "zh-cn",
        "width": "100%",
        "height": 420,
        "extraPlugins": "divarea,uploadimage,cite",
        "removePlugins": (
            "about,exportpdf,flash,forms,iframe,iframedialog,scayt,wsc,preview,print,save,newpage,"
            "templates,smiley,language,codesnippet,codesnippetgeshi,sourcearea,elementspath,div,"
            "bidi,stylescombo,font,colorbutton"
        ),
        "toolbar": "Civic",
        "toolbar_Civic": [
            ["Undo", "Redo"],
            ["Format"],
            ["Bold", "Italic", "Underline", "RemoveFormat"],
            ["NumberedList", "BulletedList", "Blockquote"],
            ["JustifyLeft", "JustifyCenter", "JustifyRight"],
            ["Link", "Unlink"],
            ["Cite"],
            ["Image", "Table", "HorizontalRule", "SpecialChar"],
            ["PasteText", "PasteFromWord", "Find", "Maximize"],
        ],
        "format_tags": "p;h2;h3;h4;pre",
        "allowedContent": (
            "h2 h3 h4 p div{text-align,text-indent};"
            "strong em u s sub sup br hr pre code blockquote;"
            "ul ol li; table caption thead tbody tfoot tr; th td[colspan,rowspan,scope];"
            "a[!href,title]; figure(wide); figcaption; img[!src,alt,width,height];"
            "span(cite)[data-figure,data-period,data-region,data-group,data-value,data-qualifier,"
            "data-as-of,data-historical]"
        ),
        "filebrowserBrowseUrl": "",
        "filebrowserUploadUrl": "/admin/editor/upload/",
        "filebrowserUploadMethod": "xhr",
        "clipboard_handleImages": False,
        "image_previewText": " ",
        "cite": {"door": "/admin/figures/picker/", "words": PICKER_WORDS},
        "disableNativeSpellChecker": False,
        "versionCheck": False,
    }
}
