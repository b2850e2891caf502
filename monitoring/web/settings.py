"""Django's settings of the page. What an installation may choose is read in `environment.py`; the rest is fixed."""

from __future__ import annotations

from pathlib import Path

from connectors.installation import Installation
from monitoring.web import environment

HERE = Path(__file__).parent
_ADDRESS = environment.database_address()
_SIGN_ON = environment.single_sign_on()

SECRET_KEY = environment.secret_key(Installation.from_environment())
DEBUG = False
ALLOWED_HOSTS = environment.hosts()
ROOT_URLCONF = "monitoring.web.routes"
WSGI_APPLICATION = "monitoring.web.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "monitoring.web.apps.PortalConfig",
]
MIDDLEWARE = [
    "monitoring.web.middleware.safe_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "monitoring.web.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "monitoring.web.middleware.ends_with_the_day",
    "monitoring.web.middleware.DenyByDefault",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "monitoring.web.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "monitoring.web.template_tags"],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _ADDRESS.query.get("host", _ADDRESS.host or ""),
        "PORT": str(_ADDRESS.port or ""),
        "NAME": _ADDRESS.database or "",
        "USER": _ADDRESS.username or "",
        "PASSWORD": _ADDRESS.password or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {
            "connect_timeout": 10,
            # A page that asks too much is broken off before it hinders anybody, and none takes more than one processor.
            "options": "-c search_path=portal,monitoring -c statement_timeout=60000 "
            "-c max_parallel_workers_per_gather=0 -c jit=off",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who is who
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "purpose"
LOGOUT_REDIRECT_URL = "sign_in"

# Five mistakes shut an account out for fifteen minutes, wherever they come from: a password may be tried from anywhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "monitoring.web.pages.account.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

SIGN_ON = _SIGN_ON is not None
if _SIGN_ON:
    INSTALLED_APPS.append("mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("monitoring.web.sign_on.RolesFromClaims")
    globals().update(environment.sign_on_settings(_SIGN_ON))

# --- sessions: half an hour without a request, and at most a working day
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "weerzien"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
LONGEST_SESSION_SECONDS = 10 * 60 * 60

# --- what leaves the page
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = environment.has_tls()
SECURE_SSL_REDIRECT = environment.is_behind_proxy()
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.is_behind_proxy() else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if environment.has_tls() else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "monitoring.web.pages.errors.forged"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

STATIC_URL = "static/"
STATIC_ROOT = HERE / "static"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_AUTOREFRESH = False

# --- words
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "weerzien_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# Exceptions of the database may quote values, so only their kind and place are written.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_values": {"()": "monitoring.web.logs.WithoutValues"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["without_values"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "axes": {"handlers": [], "level": "CRITICAL", "propagate": False},
        # Its warnings tell what the organisation said of somebody.
        "mozilla_django_oidc": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
