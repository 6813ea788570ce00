"""The settings of the processes that get killed: ours, with a beat that is quick enough for a test."""

import os
from datetime import timedelta

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": timedelta(seconds=1), "options": {"expires": 10}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
# A mail server that hangs is given up sooner than in a hospital.
EMAIL_TIMEOUT = int(os.environ.get("EMAIL_TIMEOUT", "10"))
