"""Settings of the portal. Everything a deployer may change comes from the environment (docs/operations.md)."""

import os
from ipaddress import ip_network
from pathlib import Path

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from xmsw.runtime import keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# production | development | test; manage.py sets development unless a database is named, the test plugin test,
# `manage.py up` production.
ENVIRONMENT = env("XMSW_ENV", default="production")
VAR = Path(env("XMSW_VAR", default=str(BASE_DIR / "var"))).resolve()
if ENVIRONMENT != "test":
    # Left by `manage.py up`, so that every command meets the running servers; the real environment comes first.
    env.ENVIRON = keys.read(VAR / "secrets.env") | keys.read(VAR / "servers.env") | os.environ

DEBUG = env.bool("DEBUG", default=False)


def _secret(name: str, development: str) -> str:
    value = env(name, default="")
    if not value and ENVIRONMENT == "production":
        raise ImproperlyConfigured(
            f"没有设置 {name}。请用 make up 启动，或运行 python -m xmsw.runtime.keys 生成一组密钥，写进环境变量。"
        )
    return value or development


def _networks(name: str) -> list[str]:
    try:
        return [str(ip_network(each.strip(), strict=False)) for each in env.list(name, default=[]) if each.strip()]
    except ValueError as error:
        wanted = "写成 10.0.0.9 或 10.0.0.0/24，用逗号分隔"
        raise ImproperlyConfigured(f"{name} 里有写错的地址：{error}。{wanted}。") from error


SECRET_KEY = _secret("SECRET_KEY", "development-only-secret-key")
# Comma-separated "id:base64-of-32-bytes"; the first seals, all of them open (xmsw/audit/sealed.py).
DATA_KEYS = _secret("DATA_KEYS", "1:ZGV2ZWxvcG1lbnQtb25seS1kYXRhLWtleS0wMDAwMDA=")
LOOKUP_KEY = _secret("LOOKUP_KEY", "development-only-lookup-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "rest_framework",
    "oauth2_provider",
    "import_export",
    "pgtrigger",
    "pghistory",
    "xmsw.runtime",
    "xmsw.accounts",
    "xmsw.regions",
    "xmsw.policy",
    "xmsw.workflow",
    "xmsw.feed",
    "xmsw.api",
    "xmsw.notices",
    "xmsw.exchange",
    "xmsw.clients",
    "xmsw.webhooks",
    "xmsw.audit",
    "xmsw.ui",
    "posts",
    "talents",
    "payroll",
    "awards",
    "supervision",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xmsw.accounts.middleware.NoStore",
    "xmsw.runtime.limits.BodyLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xmsw.ui.addresses.WholeNumbersMiddleware",
    "xmsw.audit.middleware.HistoryMiddleware",
    "xmsw.ui.middleware.AsOfDateMiddleware",
]

ROOT_URLCONF = "xmsw.urls"
WSGI_APPLICATION = "xmsw.wsgi.application"

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
                "xmsw.ui.context.frame",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://xmsw@127.0.0.1:5432/xmsw")}
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
    TIME_ZONE="Asia/Shanghai",  # CURRENT_DATE in SQL is the day people have
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Celery spells a Unix socket's address in a way of its own.
_CELERY_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = _CELERY_URL
CELERY_RESULT_BACKEND = _CELERY_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TRACK_STARTED = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_RESULT_BACKEND_ALWAYS_RETRY = True
CELERY_RESULT_EXPIRES = 86_400
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("TASK_VISIBILITY_TIMEOUT", default=3_600),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(env("BEAT_SCHEDULE", default=str(VAR / "beat-schedule")))
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "xmsw.runtime.tasks.heartbeat", "schedule": 30.0, "options": {"expires": 25}},
    "recheck": {"task": "supervision.drain", "schedule": 1.0, "options": {"expires": 5}},
    "feed": {"task": "feed.sequence", "schedule": 1.0, "options": {"expires": 5}},
    "feed-prune": {"task": "feed.prune", "schedule": crontab(hour=3, minute=20)},
    "rescue": {"task": "supervision.rescue", "schedule": 10.0, "options": {"expires": 9}},
    "rescue-imports": {"task": "exchange.rescue", "schedule": 15.0, "options": {"expires": 14}},
    "nightly": {"task": "supervision.nightly", "schedule": crontab(hour=0, minute=5)},
    "remind": {"task": "talents.remind", "schedule": crontab(hour=0, minute=5)},
    "escalate": {"task": "supervision.escalate", "schedule": crontab(hour=0, minute=6)},
    "mail": {"task": "notices.send", "schedule": 60.0, "options": {"expires": 55}},
    "mail-digests": {"task": "notices.digest", "schedule": 60.0, "options": {"expires": 55}},
    "awards": {"task": "awards.advance", "schedule": crontab(minute=2)},
    "year-ends": {"task": "supervision.year_ends", "schedule": crontab(minute=40)},
    "api-prune": {"task": "clients.prune", "schedule": crontab(hour=3, minute=20)},
    "api-keys": {"task": "api.forget", "schedule": crontab(hour=3, minute=25)},
    "webhooks-tell": {"task": "webhooks.tell", "schedule": 3.0, "options": {"expires": 5}},
    "webhooks-send": {"task": "webhooks.send", "schedule": 2.0, "options": {"expires": 4}},
    "webhooks-prune": {"task": "webhooks.prune", "schedule": crontab(hour=3, minute=25)},
    "benchmarks": {"task": "payroll.benchmark", "schedule": crontab(hour=0, minute=30)},
}

# How many spans a full run is cut into where there are more districts than that; requests taken by one recheck.
RECALCULATION_SHARDS = env.int("RECALCULATION_SHARDS", default=6)
# Memory of one sort or hash of a recalculation in PostgreSQL; a run of one worker uses a few at a time.
RECALCULATION_WORK_MEM = env("RECALCULATION_WORK_MEM", default="64MB")
RECHECK_BATCH = env.int("RECHECK_BATCH", default=5_000)

# How long the change feed remembers that something is gone; who reads it more seldom reads everything anew.
API_TOMBSTONE_DAYS = env.int("API_TOMBSTONE_DAYS", default=400)

# Limits of an imported file; beyond them it is refused with a sentence (bytes, unpacked bytes, unpacked ÷ packed).
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=50 * 1024 * 1024)
IMPORT_MAX_UNPACKED = env.int("IMPORT_MAX_UNPACKED", default=400 * 1024 * 1024)
IMPORT_MAX_RATIO = env.int("IMPORT_MAX_RATIO", default=150)
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", default=200_000)
IMPORT_MAX_COLUMNS = env.int("IMPORT_MAX_COLUMNS", default=100)
IMPORT_MAX_CELL = env.int("IMPORT_MAX_CELL", default=5_000)  # characters
IMPORT_MAX_TEXT = env.int("IMPORT_MAX_TEXT", default=256 * 1024 * 1024)  # bytes of all cells together
# The process that opens an uploaded file (xmsw/exchange/reader.py): its memory in bytes, its CPU time.
IMPORT_READER_MEMORY = env.int("IMPORT_READER_MEMORY", default=1024 * 1024 * 1024)
IMPORT_READER_SECONDS = env.int("IMPORT_READER_SECONDS", default=60)
# A batch whose task showed no sign of life for so many seconds is taken up again.
IMPORT_STALE_SECONDS = env.int("IMPORT_STALE_SECONDS", default=60)

# The interface (docs/api-access.md): requests a minute of a browser session, of an address that asks for tokens or has
# none; days until a secret ends, days the old one lives on beside a new one, days the access log is kept.
API_SESSION_RATE = env.int("API_SESSION_RATE", default=120)
API_ADDRESS_RATE = env.int("API_ADDRESS_RATE", default=60)
API_SECRET_DAYS = env.int("API_SECRET_DAYS", default=365)
API_SECRET_OVERLAP_DAYS = env.int("API_SECRET_OVERLAP_DAYS", default=7)
API_LOG_DAYS = env.int("API_LOG_DAYS", default=400)
# Webhooks (docs/api-webhooks.md): networks besides the public internet that receivers may lie in, ports, whether plain
# http may be used, a file of further certificate authorities, days that messages are kept.
WEBHOOK_NETWORKS = _networks("WEBHOOK_NETWORKS")
WEBHOOK_PORTS = env.list("WEBHOOK_PORTS", cast=int, default=[443, 80, 8443])
WEBHOOK_HTTP = env.bool("WEBHOOK_HTTP", default=False)
WEBHOOK_CA_FILE = env("WEBHOOK_CA_FILE", default="")
WEBHOOK_LOG_DAYS = env.int("WEBHOOK_LOG_DAYS", default=60)
OAUTH2_PROVIDER_APPLICATION_MODEL = "clients.ApiClient"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3_600,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # of a token only its checksum is kept
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials, nothing else
    "OAUTH2_VALIDATOR_CLASS": "xmsw.clients.validator.Validator",
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "SCOPES_BACKEND_CLASS": "xmsw.clients.scopes.Scopes",
}

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if ENVIRONMENT == "test":  # what makes a password slow to guess makes thousands of tests slow
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3_600
# Behind a proxy that ends TLS and sets X-Forwarded-Proto itself (docs/operations.md).
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 86_400 if HTTPS_ONLY else 0
# The portal usually is one host of a city's domain: it speaks for other hosts only where a deployer says so, and never
# puts itself on the browsers' preload lists, which are hard to leave.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY and env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
# Proxies (addresses or networks) whose X-Forwarded-For is believed when tries are counted (xmsw/accounts/throttle.py).
TRUSTED_PROXIES = _networks("TRUSTED_PROXIES")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Mail (docs/notices.md): without EMAIL_URL nothing is sent.
MAIL_ON = bool(env("EMAIL_URL", default=""))
PORTAL_URL = env("PORTAL_URL", default="").rstrip("/")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="")
EMAIL_TIMEOUT = 10  # seconds
if MAIL_ON:
    if not env("EMAIL_URL").startswith("smtp"):
        raise ImproperlyConfigured(
            "EMAIL_URL 应写成 smtp+tls://用户名:密码@mail.example:587，也可以是 smtp:// 或 smtp+ssl://。"
        )
    if not PORTAL_URL.startswith(("https://", "http://")) or "@" not in DEFAULT_FROM_EMAIL:
        raise ImproperlyConfigured(
            "设置了 EMAIL_URL，还要设置 PORTAL_URL（邮件里链接的网址，如 https://portal.example）"
            "和 DEFAULT_FROM_EMAIL（发件地址）。"
        )
    vars().update(env.email_url("EMAIL_URL", backend="xmsw.notices.smtp.Backend"))

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Front-end packages are served from node_modules (xmsw/runtime/static.py names the files): nothing of theirs is
# committed. In production static files are collected under hashed names; elsewhere they are served where they lie.
NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "xmsw.runtime.static.VendorFinder",
]
COLLECTED = ENVIRONMENT == "production" and not DEBUG
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = not COLLECTED  # looked up when asked for: no walk over all files at every start
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "xmsw.runtime.static.StaticStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR / "media")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# Beyond these sizes a request is refused before its body is read (xmsw/runtime/limits.py): of whoever is not signed
# in, and of all others (a file and the fields around it).
ANONYMOUS_MAX_BODY = env.int("ANONYMOUS_MAX_BODY", default=64 * 1024)
MAX_BODY = IMPORT_MAX_BYTES + 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

PGHISTORY_OBJ_FIELD = __import__("pghistory").ObjForeignKey(db_constraint=False)
PGHISTORY_CONTEXT_FIELD = __import__("pghistory").ContextForeignKey(null=True, db_constraint=False)

# The REST interface (docs/api.md). A write under an Idempotency-Key is answered the same for so many days.
API_KEY_DAYS = env.int("API_KEY_DAYS", default=7)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "xmsw.clients.authentication.ClientAuthentication",
        "xmsw.clients.sessions.BrowserSession",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["xmsw.clients.throttling.ClientThrottle"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "xmsw.api.schema.Contract",
    "EXCEPTION_HANDLER": "xmsw.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "VERSION": "1.0.0",
    "TITLE": "厦门市社会工作专业岗位与人才管理接口",
    "DESCRIPTION": "厦民〔2017〕317号的数据：各部门读写自己条线和地区内的部分。错误表见 /api/v1/problems。",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "POSTPROCESSING_HOOKS": ["xmsw.api.schema.finish"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
