"""Settings: everything a hospital changes comes from the environment (or a `*_FILE` secret)."""

import os
import tomllib
from datetime import date, time, timedelta
from ipaddress import ip_network
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

from config.logs import tree

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environ.Env().str("NULLAOSTA_VAR", default=str(BASE_DIR / "var")))
# Beside a `make run` the file it writes says where its servers are: `manage.py shell` needs nothing else.
# Whoever names a database names everything: nothing of the demo gets mixed in.
if not {"DATABASE_URL", "DATABASE_URL_FILE"} & os.environ.keys() and (VAR_DIR / "environment").is_file():
    environ.Env.read_env(VAR_DIR / "environment")


class _Environment(FileAwareMapping):  # type: ignore[misc]
    def __getitem__(self, name: str) -> str:
        return str(super().__getitem__(name)).rstrip("\n")  # an editor's newline is no part of a secret


env = environ.Env()
env.ENVIRON = _Environment()

# ── What kind of installation this is ────────────────────────────────────────────────────────────
DEBUG = env.bool("DEBUG", default=False)
# Demo mode: invented data, one-click sign-in, a banner on every page. Never in a hospital.
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
# Whom to call, as shown on the help and error pages: a telephone extension, an address, or both.
SUPPORT_CONTACT = env.str("SUPPORT_CONTACT", default="")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set: `make run` makes one under var/; elsewhere set it yourself."
    )
# The keys before it, after a change: sessions, secrets of webhooks and of apps are still read with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts",
    "audit",
    "patients",
    "catalogue",
    "committee",
    "documents",
    "outbox",
    "staff",
    "entrance",
    "treatments",
    "approvals",
    "api",
]

MIDDLEWARE = [
    "config.requests.Noted",
    "config.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.NoStore",
    # The session ends when it was not used for too long, and at the end of the day in any case.
    "entrance.middleware.Limits",
    # Signed in by default: a page is open to the world only where it says so (@login_not_required).
    "entrance.middleware.SignedIn",
    # Which of their roles the person works in: below, everything sees only that one.
    "accounts.switching.WorkingRole",
    "entrance.middleware.SecondFactor",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last, so that nothing between it and a call of another system refuses or fails unseen.
    "api.middleware.Calls",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.shell",
                "entrance.context.session",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "accounts.templatetags.ui",
                "entrance.templatetags.asking",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        # Only for the widgets of django.forms: our own templates all live in templates/.
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "config.forms.Renderer"

# ── Data services ────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A server that does not answer is said to be down, not waited for.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)
# The three roles of the database (audit/roles.py): their names begin so. The passwords of owner, application
# and auditor are wanted by `setup_database_roles` alone.
DATABASE_ROLES = env.str("DATABASE_ROLES", default="nullaosta")
DATABASE_PASSWORDS = [
    env.str(f"DATABASE_{role}_PASSWORD", default="") for role in ("OWNER", "APPLICATION", "AUDITOR")
]
REDIS_URL = env.str("REDIS_URL")
# Counters that may be lost: how often one address asked the authenticity check.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "nullaosta",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── People ───────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "worklist"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# ── Signing in (entrance/) ───────────────────────────────────────────────────────────────────────
# A session ends so many seconds after its beginning, and so many after it was last used.
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=8 * 3600)
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
# Whoever holds one of these roles shows a second factor: an app's code, a passkey, or what the hospital's
# provider says of its own (OIDC_SECOND_FACTOR). In a demonstration nobody has to.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=not DEMO)
SECOND_FACTOR_ROLES = env.list(
    "SECOND_FACTOR_ROLES",
    default=[
        "pharmacist",
        "on_call_pharmacist",
        "committee_member",
        "chair",
        "medical_director",
        "administrator",
        "auditor",
    ],
)
# Before signing, voting, deciding and sealing one proves again who one is: once for so many minutes (0: each
# time). REAUTH_DECISIONS=0 leaves that to the signatures of applications and minutes.
REAUTH_MINUTES = env.int("REAUTH_MINUTES", default=15)
REAUTH_DECISIONS = env.bool("REAUTH_DECISIONS", default=not DEMO)
# So many failures for one name from one address, or from one address in all, and that address waits. A
# browser that knows the person does not: nobody else's failures keep a named doctor out.
SIGN_IN_FAILURES = env.int("SIGN_IN_FAILURES", default=5)
SIGN_IN_FAILURES_OF_ADDRESS = env.int("SIGN_IN_FAILURES_OF_ADDRESS", default=100)
SIGN_IN_WAIT_MINUTES = env.int("SIGN_IN_WAIT_MINUTES", default=15)
# The hospital's own accounts, by OpenID Connect: off without an issuer. OIDC_UID_CLAIM names a person for
# good; OIDC_USERNAME_CLAIM, where set, finds an account made here for single sign-on (without a password):
# nobody may be able to change that claim of theirs. OIDC_SECOND_FACTOR: values of `amr` or `acr` that count.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC_UID_CLAIM = env.str("OIDC_UID_CLAIM", default="sub")
OIDC_USERNAME_CLAIM = env.str("OIDC_USERNAME_CLAIM", default="")
OIDC_CREATES_PEOPLE = env.bool("OIDC_CREATES_PEOPLE", default=True)
OIDC_SECOND_FACTOR = env.list("OIDC_SECOND_FACTOR", default=[])
if OIDC_ISSUER and not OIDC_CLIENT_ID:
    raise ImproperlyConfigured("OIDC_ISSUER is set, OIDC_CLIENT_ID is not: the provider gave you one.")
# What allauth does for us, and what it does not: its own pages, mails and limits stay out (docs/decisions).
ACCOUNT_ADAPTER = "entrance.adapters.Accounts"
SOCIALACCOUNT_ADAPTER = "entrance.adapters.Hospital"
MFA_ADAPTER = "entrance.adapters.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute early or late: telephones and servers disagree
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
ACCOUNT_EMAIL_VERIFICATION = SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an e-mail address is nobody's proof
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

# ── Roles (accounts/roles.py, claims.py, reviewing.py) ───────────────────────────────────────────
# Every so many months (a divisor of 12) the administrators look through all roles in force; how many days
# they have for it before they are reminded. For how many days at most somebody delegates.
ROLE_REVIEW_MONTHS = env.int("ROLE_REVIEW_MONTHS", default=6)
ROLE_REVIEW_DAYS = env.int("ROLE_REVIEW_DAYS", default=30)
DELEGATION_DAYS = env.int("DELEGATION_DAYS", default=366)
# Groups of the identity provider that mean a role: {"GRP-EMA-MED": {"unit": "w3", "role": "prescriber"}},
# with "hospital": "its name" where a unit's code is found in several. Empty: roles are given here alone.
OIDC_ROLE_GROUPS = env.json("OIDC_ROLE_GROUPS", default={})
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="groups")
# Roles taken within a day from more people than this, or from more than this share of a hospital's people,
# stop all further removals until an administrator lets them go on.
CLAIMS_REMOVALS_PEOPLE = env.int("CLAIMS_REMOVALS_PEOPLE", default=5)
CLAIMS_REMOVALS_PERCENT = env.int("CLAIMS_REMOVALS_PERCENT", default=10)

# ── Language and time ────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Rome"
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

# ── Static files ─────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ── Headers ──────────────────────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "accounts.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("HTTPS", default=not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_REFERRER_POLICY = "same-origin"

# ── What one request may bring: text of forms, how many fields, how many files (each view caps its files) ──
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("FORM_BYTES", default=2_621_440)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# ── Mail ─────────────────────────────────────────────────────────────────────────────────────────
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=1025)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
# Mails that can wait are sent on working days between these hours ("": at any time); to people who want one
# mail a day, at this one. What is urgent or overdue never waits. In a demonstration nobody waits at all.
MAIL_HOURS = env.str("MAIL_HOURS", default="" if DEMO else "08:00-18:00")
DIGEST_AT = env.str("DIGEST_AT", default="07:30")
time.fromisoformat(DIGEST_AT)  # a time that does not exist stops the start, not a mail
if MAIL_HOURS:
    begins, ends = (time.fromisoformat(part) for part in MAIL_HOURS.split("-"))
    if not begins < ends:
        raise ImproperlyConfigured(f"MAIL_HOURS: {MAIL_HOURS!r} does not end after it begins.")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="nullaosta@ospedale.example")

# ── Worker: the database is the truth, Celery is the engine (docs/decisions) ─────────────────────
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# A worker that dies gives its task back: late acknowledgement alone does not (kill -9 of a child).
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A process that replaces a killed one loads fonts and keys before it reports. Celery kills it after four
# seconds by default, and the next one, and so on: on a busy machine such a worker never works again.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
CELERY_TASK_TIME_LIMIT = env.int("TASK_SECONDS", default=120)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 3 // 4
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any task may take: else Redis hands out a second time what is still being done.
    "visibility_timeout": CELERY_TASK_TIME_LIMIT * 2,
    # Every how many seconds unacknowledged tasks are looked for; the scan is throttled to each Nth time.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # One try, then the thread that rings is free for the next wake-up; by default it tries for six seconds.
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# Intervals, not crontab: no clock change can skip or double them. They expire: an hour without workers
# does not leave sixty of them behind.
CELERY_BEAT_SCHEDULE = {
    "keep promises": {
        "task": "outbox.tasks.keep_promises",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "sweep": {
        "task": "outbox.tasks.sweep",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
# A promise claimed by a worker is its own for so long. Longer than a task may take, so that a living
# worker never loses it; a killed one leaves it waiting for the rest of that time.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", default=CELERY_TASK_TIME_LIMIT + 30)
OUTBOX_FIRST_DELAY_SECONDS = env.int("OUTBOX_FIRST_DELAY_SECONDS", default=60)
OUTBOX_ATTEMPTS = env.int("OUTBOX_ATTEMPTS", default=12)
# The watchdog (/healthz) says no when no worker was seen, or beat posted nothing, for so long; when a sweep
# has not ended well, or a promise that is due was not kept, for so long.
HEALTH_WORKER_SECONDS = env.int("HEALTH_WORKER_SECONDS", default=180)
HEALTH_BEAT_SECONDS = env.int("HEALTH_BEAT_SECONDS", default=180)
HEALTH_SWEEP_SECONDS = env.int("HEALTH_SWEEP_SECONDS", default=300)
HEALTH_PROMISE_SECONDS = env.int("HEALTH_PROMISE_SECONDS", default=900)

# ── The hospital's rules (design/domain.md): defaults of the program, changed here by the hospital ─
REASSESSMENT_MONTHS = env.int("REASSESSMENT_MONTHS", default=3)
# How many days after that a prescriber may propose to judge the treatment: no visit falls on the very day.
REASSESSMENT_GRACE_DAYS = env.int("REASSESSMENT_GRACE_DAYS", default=7)
# A period that nobody reassesses expires so many days after that was due; a treatment stopped on trial starts
# again by itself for so many days.
EXPIRY_DAYS = env.int("EXPIRY_DAYS", default=30)
TRIAL_OFF_DAYS = env.int("TRIAL_OFF_DAYS", default=90)
# Dispensing: how many doses already prepared are given after the reassessment was due; how many days before
# its interval a cycle may begin; how far back a day may be written down; of which rows (codes, or "all") each
# cycle is reported on before the next one is released.
DISPENSE_GRACE_DOSES = env.int("DISPENSE_GRACE_DOSES", default=1)
DISPENSE_EARLY_DAYS = env.int("DISPENSE_EARLY_DAYS", default=3)
DISPENSE_BACK_DAYS = env.int("DISPENSE_BACK_DAYS", default=7)
CYCLE_REPORT_ROWS = env.list("CYCLE_REPORT_ROWS", default=[])
# Nothing dispensed for so many days longer than the interval: is the patient still on treatment?
RADAR_DAYS = env.int("RADAR_DAYS", default=14)
# How soon a suspected adverse reaction is reported: 36 hours for a medicine of biological origin (treatments/
# vigilance.py names the law). And how old the weight may be when a treatment starts again; from how many days
# after a refusal on a note on what became of the patient may be written.
VIGILANCE_HOURS = env.int("VIGILANCE_HOURS", default=36)
RESTART_WEIGHT_DAYS = env.int("RESTART_WEIGHT_DAYS", default=30)
FOLLOW_UP_FROM_DAYS = env.int("FOLLOW_UP_FROM_DAYS", default=60)
# The rules of the dose that the hospital changes (`catalogue.doses.DosePolicy`), decimals in quotes:
# {"weight": {"trigger": "always", "factor": "0.5"}, "ceiling": "2"}.
DOSE_POLICY = env.json("DOSE_POLICY", default={})
# The blood count after a cycle of high dose, in patients whose blood group is not O.
HAEMOLYSIS_CHECK_DAYS = env.int("HAEMOLYSIS_CHECK_DAYS", default=7)
ANSWER_DAYS = env.int("ANSWER_DAYS", default=10)
DECISION_DAYS = env.int("DECISION_DAYS", default=7)
# Unanswered questions: so many hours after they were due the application lapses. And the days in which a
# refusal may be appealed.
LAPSE_GRACE_HOURS = env.int("LAPSE_GRACE_HOURS", default=24)
APPEAL_DAYS = env.int("APPEAL_DAYS", default=30)
# An overdue decision is told to whoever holds it at once, then to the next person every so many hours.
DECISION_ESCALATION_HOURS = env.int("DECISION_ESCALATION_HOURS", default=24)
# A draft that nobody touches for so many days is called to its author's mind; a refusal after so many days,
# for a note on what became of the patient (0: never).
DRAFT_IDLE_DAYS = env.int("DRAFT_IDLE_DAYS", default=90)
FOLLOW_UP_DAYS = env.int("FOLLOW_UP_DAYS", default=90)
# An emergency: how soon the on-call people answer, when the whole form and the ratification are due; the
# holiday of the town's patron saint, "MM-DD" (24 June: "06-24"), which is no working day.
EMERGENCY_ANSWER_HOURS = env.int("EMERGENCY_ANSWER_HOURS", default=1)
FULL_FORM_WORKING_DAYS = env.int("FULL_FORM_WORKING_DAYS", default=2)
RATIFICATION_DAYS = env.int("RATIFICATION_DAYS", default=7)
PATRON_SAINT = env.str("PATRON_SAINT", default="")
if PATRON_SAINT:
    date.fromisoformat(f"2024-{PATRON_SAINT}")  # a day that does not exist stops the start, not a deadline
# The committee: professions without which there is no quorum; whether the chair's vote breaks a tie; whether
# others' votes are hidden until one's own; how few may judge before substitutes are wanted; whether the chair
# may authorise alone between sittings, to be ratified at the next one.
COMMITTEE_NEEDS = env.list("COMMITTEE_NEEDS", default=["pharmacist", "doctor"])
COMMITTEE_CASTING_VOTE = env.bool("COMMITTEE_CASTING_VOTE", default=True)
COMMITTEE_HIDES_VOTES = env.bool("COMMITTEE_HIDES_VOTES", default=True)
COMMITTEE_LEAST = env.int("COMMITTEE_LEAST", default=3)
CHAIR_DECIDES_ALONE = env.bool("CHAIR_DECIDES_ALONE", default=DEMO)
# Of how many patients there must be earlier decisions before any of them is shown beside a case; for how many
# minutes a member who asked who the patient is reads it.
PRECEDENTS_LEAST = env.int("PRECEDENTS_LEAST", default=5)
IDENTITY_MINUTES = env.int("IDENTITY_MINUTES", default=30)
# For how many minutes a clinician who said why reads another unit's file (break the glass).
BREAK_GLASS_MINUTES = env.int("BREAK_GLASS_MINUTES", default=60)
# Files of an application: the largest one, how many, and all of them together.
ATTACHMENT_MEGABYTES = env.int("ATTACHMENT_MEGABYTES", default=20)
ATTACHMENTS_PER_APPLICATION = env.int("ATTACHMENTS_PER_APPLICATION", default=20)
ATTACHMENTS_TOTAL_MEGABYTES = env.int("ATTACHMENTS_TOTAL_MEGABYTES", default=100)

# ── Letters ──────────────────────────────────────────────────────────────────────────────────────
SEAL_PKCS12 = env.str("SEAL_PKCS12", default=str(VAR_DIR / "pki" / "seal.p12"))
SEAL_PASSPHRASE = env.str("SEAL_PASSPHRASE", default="")
# What the authenticity check believes (PEM files): the authorities, and our own seals, past ones included.
SEAL_TRUST_ROOTS = env.list("SEAL_TRUST_ROOTS", default=[str(VAR_DIR / "pki" / "root.pem")])
SEAL_CERTIFICATES = env.list("SEAL_CERTIFICATES", default=[str(VAR_DIR / "pki" / "seal.pem")])
SEAL_CRLS = env.list("SEAL_CRLS", default=[])
TIMESTAMP_URL = env.str("TIMESTAMP_URL", default="")

# ── Doors for machines (api/) ────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.ClientActing",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "api.scopes.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.Limited"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Described",
    "EXCEPTION_HANDLER": "api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "nullaosta",
    "DESCRIPTION": "Applications for the use of a medicine outside its licensed indication, in a hospital.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/static/img/favicon.svg",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "api.schema.shared"],
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "approvals.workflow.Status",
        "ActionEnum": "approvals.workflow.Action",
        "TypeEnum": "approvals.models.application.Type",
        "VerdictEnum": "treatments.models.Verdict",
        "LetterKindEnum": "documents.models.Kind",
        "AttachmentKindEnum": "approvals.models.AttachmentKind",
        "EntryKindEnum": "treatments.models.Dispensing.Kind",
        "ReasonCodeEnum": "approvals.models.ReasonCode",
        "VoteChoiceEnum": "approvals.models.Vote.Choice",
    },
}

# ── Other systems: OAuth 2 client credentials, nothing else (api/clients) ────────────────────────
OAUTH2_PROVIDER_APPLICATION_MODEL = "api.Client"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "api.clients.oauth.Validator",
    "SCOPES_BACKEND_CLASS": "api.clients.oauth.Scopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": env.int("API_TOKEN_SECONDS", default=600),
    # RFC 9700, and no grant but ours: tokens are stored as hashes and travel in the header only.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
# For so many hours after a new secret was made the one before it still opens (clients) or signs (webhooks).
SECRET_OVERLAP_HOURS = env.int("SECRET_OVERLAP_HOURS", default=24)
# How many calls a minute: of one client, of one person at a browser, for tokens (each client at each address,
# and each address for all of them together).
API_CALLS_CLIENT = env.int("API_CALLS_CLIENT", default=600)
API_CALLS_PERSON = env.int("API_CALLS_PERSON", default=300)
API_TOKENS = env.int("API_TOKENS", default=20)
API_TOKENS_ADDRESS = env.int("API_TOKENS_ADDRESS", default=60)
# Webhooks go out by https to public addresses. The hospital's own networks are named here (CIDR, with
# commas); http is for demonstrations and tests. The authorities believed beside the system's (PEM), if any.
WEBHOOK_ALLOWED_NETWORKS = [
    ip_network(one) for one in env.list("WEBHOOK_ALLOWED_NETWORKS", default=["127.0.0.0/8"] if DEMO else [])
]
WEBHOOK_ALLOW_HTTP = env.bool("WEBHOOK_ALLOW_HTTP", default=DEMO)
WEBHOOK_CA_FILE = env.str("WEBHOOK_CA_FILE", default="")
# An endpoint that has failed for so many hours is suspended, and the administrators are told. Shorter than
# the outbox goes on trying (OUTBOX_ATTEMPTS).
WEBHOOK_PATIENCE_HOURS = env.int("WEBHOOK_PATIENCE_HOURS", default=4)

# ── Log (config/logs.py): JSON in a hospital, readable lines where somebody reads along ─────────────
LOG_FORMAT = env.str("LOG_FORMAT", default="line" if DEBUG or DEMO else "json")
if LOG_FORMAT not in {"json", "line"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is json or line, not {LOG_FORMAT!r}.")
LOGGING = tree(LOG_FORMAT)
