"""Production-safe settings driven by the environment; with an empty environment, the embedded default.

The embedded default is one process on SQLite with mail captured to disk. Only environment variables make it another
installation; `.env.example` lists them all.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO

from config import buckets, environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ENV_FILE = Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
environment.read_env_file(ENV_FILE)

# Everything that is not source and must never be under MEDIA_URL: database, rosters, packages, captured mail.
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = environment.secret_made_once("SECRET_KEY", env_file=ENV_FILE)
# Addresses are recognised by an HMAC under this key. It is its own key, so that sessions can be ended without
# losing who has unsubscribed.
HASH_KEY = environment.secret_made_once("HASH_KEY", env_file=ENV_FILE)
# Earlier values of HASH_KEY, newest first: their signatures are accepted, and the last one goes on recognising addresses.
HASH_KEY_FALLBACKS = environment.secrets_before("HASH_KEY_FALLBACKS", not_in=(HASH_KEY, SECRET_KEY))

# `start --port N` notes its port, so that commands in other processes write the same links into letters.
PORT_FILE = VAR_DIR / "port"
BASE_URL_IS_SET = bool(os.environ.get("BASE_URL"))
BASE_URL = environment.base_url(
    os.environ.get("BASE_URL") or f"http://127.0.0.1:{PORT_FILE.read_text().strip() if PORT_FILE.exists() else 8000}"
)
BASE_URL_IS_HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()] or [
    urlsplit(BASE_URL).hostname or "",
    "127.0.0.1",
    "localhost",
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

from config.settings.identity import *  # noqa: E402

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "ung",
    "kampanj",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtailmedia",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "config.apps.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    *IDENTITY_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    # Outermost: no answer leaves without these headers, whoever made it.
    "config.middleware.SecurityHeadersMiddleware",
    # Answers the health addresses itself: nothing that may be broken stands before it.
    "config.health.middleware.HealthMiddleware",
    # Whatever is answered, by whichever of those below, has an id and a line; the health addresses have none.
    "config.access.RequestLogMiddleware",
    # Before the page cache, which then keeps one answer for readers from everywhere.
    "kampanj.followup.visits.middleware.VisitMiddleware",
    # As good as first: an answer that is kept costs nothing of what follows, and holds every header that follows has set.
    "kampanj.content.page_cache.PageCacheMiddleware",
    # Before whatever may answer by itself: a redirect to https, a style sheet.
    "config.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageFromAddressMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.UnsoundRequestMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kampanj.municipality.identity.sessions.SessionLimitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kampanj.municipality.identity.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kampanj.content.limits.LimitMiddleware",
    "kampanj.content.redirects.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The second one holds our faces of django-allauth's pages, which are the desk's.
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "templates" / "kampanj" / "desk" / "allauth"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'kampanj.sqlite3'}")}

CACHES = {
    # Room for codes that are used up and attempts to sign in: a full cache throws away at random. Shared, or a limit would be one
    # for each machine.
    "default": environment.shared_cache(os.environ.get("CACHE_URL"), folder=VAR_DIR / "cache", hash_key=HASH_KEY, most=5_000),
    # Whole pages for anonymous readers; shared by all processes, or a change in one would not be seen by another.
    "pages": environment.shared_cache(os.environ.get("CACHE_URL"), folder=VAR_DIR / "pages", hash_key=HASH_KEY),
    # What is counted per network and hour; shared too, or each process would have a limit of its own.
    "limits": environment.shared_cache(os.environ.get("CACHE_URL"), folder=VAR_DIR / "limits", hash_key=HASH_KEY),
    # Wagtail's rendition rows per process: cheap and never shared.
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 600},
}

# --- Who may enter (more in identity.py) ------------------------------------------------------------------------------
AUTH_USER_MODEL = "kampanj.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BASE_URL_IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if BASE_URL_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BASE_URL_IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Passwords that stand in addresses of services are hidden too, wherever Django would show settings.
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.secrecy.ReporterFilter"
X_FRAME_OPTIONS = "DENY"  # Views that are shown in a frame of our own say so themselves, as Wagtail's previews do.

# Public pages: nothing inline, nothing from elsewhere. The admin's wider policy is set in config.middleware.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
}

# --- Language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
USE_I18N = True
LANG_INFO["so"] = {"bidi": False, "code": "so", "name": "Somali", "name_local": "Soomaali"}
LANG_INFO["ti"] = {"bidi": False, "code": "ti", "name": "Tigrinya", "name_local": "ትግርኛ"}
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("sv", "Svenska"),
    ("en", "English"),
    ("ar", "العربية"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("pl", "Polski"),
    ("so", "Soomaali"),
    ("ti", "ትግርኛ"),
    ("uk", "Українська"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "Europe/Stockholm")

# --- Files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", BASE_DIR / "media")).resolve()
# Served from the apps' own folders: the embedded default needs no collectstatic.
WHITENOISE_USE_FINDERS = True
SERVE_MEDIA = True
# s3://bucket/prefix?endpoint=https://…&region=…: in an S3-compatible store instead of a folder. Neither bucket is public: public
# files go through our own view too, with the same headers and the same rule for documents.
MEDIA_STORAGE = os.environ.get("MEDIA_STORAGE", "")
PRIVATE_STORAGE = os.environ.get("PRIVATE_STORAGE", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(VAR_DIR / "private"),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    **buckets.storages(default=MEDIA_STORAGE, private=PRIVATE_STORAGE),
}

# --- Backups -------------------------------------------------------------------------------------------------------
# Public keys of age (age1…), with commas between them, that backups are encrypted to. Empty: they are not encrypted.
BACKUP_RECIPIENT = os.environ.get("BACKUP_RECIPIENT", "")
# No backup is kept longer, and none older is brought back: what erasures need to be done again is forgotten then.
BACKUP_DAYS = environment.days("BACKUP_DAYS", default=90)
# After so many hours without a backup somebody is told, once there has been one. 0: backups are made in another way.
BACKUP_ALARM_HOURS = environment.hours_or_never("BACKUP_ALARM_HOURS", default=36)

# --- Wagtail -------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Kampanj"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = [("sv", "Svenska"), ("en", "English")]
WAGTAILIMAGES_IMAGE_MODEL = "kampanj.CampaignImage"
WAGTAILDOCS_DOCUMENT_MODEL = "kampanj.CampaignDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ics", "odt", "pdf", "pptx", "txt", "vtt", "xlsx", "zip"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "kampanj.municipality.uploads.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
# No SVG: it can hold scripts.
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "kampanj.municipality.uploads.forms.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000  # All frames together; one takes 4 bytes a pixel while it is re-encoded.
WAGTAILMEDIA = {
    "MEDIA_MODEL": "kampanj.CampaignMedia",
    "MEDIA_FORM_BASE": "kampanj.municipality.media.forms.CampaignMediaForm",
    "VIDEO_EXTENSIONS": ["mp4", "webm"],
    "AUDIO_EXTENSIONS": ["mp3", "m4a", "ogg"],
}
MEDIA_MAX_UPLOAD_SIZE = 1_000_000_000  # Below what waitress takes in one request (1 GiB).
CAPTIONS_MAX_UPLOAD_SIZE = 1024 * 1024
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
# A slug becomes a List-Id and the name of files: ASCII.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # Mailings leave by the municipality's clock: nobody sees another one.
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
# A mailing's workflow ends in an Approval, everything else in a publication.
WAGTAIL_FINISH_WORKFLOW_ACTION = "kampanj.distribution.workflow.finish"
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
# A translation is a draft until somebody who reads the language publishes it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# PostgreSQL: no language of its own, whose endings and stop words would be English; kampanj.content.search knows the words.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Rosters -------------------------------------------------------------------------------------------------------
# Days that an uploaded roster, its plan and what undoing it needs are kept, sealed, in private storage.
ROSTER_DAYS = environment.days("ROSTER_DAYS", default=14)

# --- Drawing -------------------------------------------------------------------------------------------------------
# PDFs are drawn by a process of its own: megabytes that one may hold, seconds for all that one draws, how many there are at
# once on this machine, and seconds that another waits for its turn.
PDF_MEMORY_MB = environment.megabytes("PDF_MEMORY_MB", default=600)
PDF_SECONDS = environment.seconds("PDF_SECONDS", default=80)
PDF_AT_ONCE = environment.at_once("PDF_AT_ONCE", default=2)
PDF_WAIT_SECONDS = environment.seconds("PDF_WAIT_SECONDS", default=30)

# --- Letters -------------------------------------------------------------------------------------------------------
EMAIL_URL = os.environ.get("EMAIL_URL", "")
EMAIL_TIMEOUT = 20
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(environment.email(EMAIL_URL))
else:
    EMAIL_BACKEND = "kampanj.distribution.transport.OutboxBackend"
OUTBOX_DIR = VAR_DIR / "outbox"
# Letters and notifications through any other Django e-mail backend, for example django-anymail's.
LETTER_BACKEND = os.environ.get("EMAIL_BACKEND", "")
EMAIL_BACKEND = LETTER_BACKEND or EMAIL_BACKEND
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "kampanj@localhost")
# Seconds that a pump owns the rows it claimed, on the database's clock.
DELIVERY_LEASE_SECONDS = environment.seconds("DELIVERY_LEASE_SECONDS", default=60)
# Waits before another attempt (1 minute, 5, 15, …) are multiplied by this.
DELIVERY_BACK_OFF_FACTOR = environment.factor("DELIVERY_BACK_OFF_FACTOR")
# SMTP connections of each sending process.
MAIL_CONNECTIONS = environment.connections("MAIL_CONNECTIONS", default=2)
# A letter that may or may not have been taken (power cut, broken connection) is listed instead of sent once more.
DELIVERY_NEVER_TWICE = environment.flag("DELIVERY_NEVER_TWICE")

# --- What comes back -----------------------------------------------------------------------------------------------
# Where undeliverable letters come back: imaps://user:password@host/FOLDER or a Maildir's path. Empty: nothing is fetched.
BOUNCE_MAILBOX = environment.mailbox("BOUNCE_MAILBOX")
# django-anymail, when letters go through one of its providers: ANYMAIL_… variables are its settings, without the prefix.
if LETTER_BACKEND.startswith("anymail."):
    INSTALLED_APPS.append("anymail")
ANYMAIL = environment.with_prefix("ANYMAIL_")

# --- How it fares --------------------------------------------------------------------------------------------------
# Bearer token that reads /metrics; empty: the address does not exist.
METRICS_TOKEN = environment.token(os.environ.get("METRICS_TOKEN"))
# Minutes that due letters may stand still before whoever runs the system and the mailing's people are told. 0: nobody is.
STALL_MINUTES = environment.minutes("STALL_MINUTES", default=10)
# Where errors are reported, and where spans are sent; each needs packages of its own (check config.E001, config.E002).
SENTRY_DSN = os.environ.get("SENTRY_DSN", "")
OTEL_EXPORTER_OTLP_ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")

# --- The school system (SS 12000:2020) -----------------------------------------------------------------------------
# Without SS12000_URL nothing is fetched; the others are asked for when it is.
SS12000_URL = os.environ.get("SS12000_URL", "")
SS12000_TOKEN_URL = os.environ.get("SS12000_TOKEN_URL", "")
SS12000_CLIENT_ID = os.environ.get("SS12000_CLIENT_ID", "")
SS12000_CLIENT_SECRET = os.environ.get("SS12000_CLIENT_SECRET", "")
SS12000_SCOPE = os.environ.get("SS12000_SCOPE", "")
SS12000_SOURCE = os.environ.get("SS12000_SOURCE") or "ss12000"
# Who is told when the nightly fetch stops, and when letters stand still.
OPERATOR_EMAIL = os.environ.get("OPERATOR_EMAIL", "")

# --- Before letters leave ------------------------------------------------------------------------------------------
# Minutes between an approval in the desk or through a link and the first letter, in which it can be taken back.
UNDO_MINUTES = environment.minutes("UNDO_MINUTES", default=5)
# Trial mode: when there are any, nobody else gets a letter.
TRIAL_ADDRESSES = environment.addresses("TRIAL_ADDRESSES")

# --- Celery: clock and hands ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = environment.broker(os.environ.get("BROKER_URL") or "memory://localhost/")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# RabbitMQ: the queue through which a worker is asked questions belongs to the worker's name, not to its connection. Otherwise
# one that comes back, or another of that name, is refused for as long as RabbitMQ takes the first one to be there.
CELERY_CONTROL_QUEUE_EXCLUSIVE, CELERY_CONTROL_QUEUE_DURABLE = False, True
CELERY_TIMEZONE = TIME_ZONE
if CELERY_BROKER_URL.startswith("redis"):
    # Longer than the longest pump; restored quickly after a worker died.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 5,
        # A broker that is cut off is noticed within half a minute, instead of hours.
        "socket_connect_timeout": 10,
        "socket_timeout": 30,
        "socket_keepalive": True,
    }

LOG_FORMAT = environment.log_format(os.environ.get("LOG_FORMAT"))
# Lines about every request and task are for machines.
_EACH = os.environ.get("LOG_LEVEL", "INFO") if LOG_FORMAT == "json" else "WARNING"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"class": "config.logs.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"class": "config.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Eight threads and a queue are how waitress works; a short queue is no news.
        "waitress.queue": {"level": "ERROR"},
        "kampanj": {"level": os.environ.get("LOG_LEVEL", "INFO")},
        "config": {"level": os.environ.get("LOG_LEVEL", "INFO")},
        "config.access": {"level": _EACH},
        "config.tasks": {"level": _EACH},
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
