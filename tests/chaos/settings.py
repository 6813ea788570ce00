"""The settings of the workers that get killed: ours, with beat and leases quick enough for a test."""

from datetime import timedelta

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos"]
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": timedelta(seconds=1), "options": {"expires": 10}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
