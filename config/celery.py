import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Worker and beat would load every page of the web to check its address: `make check` does that.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
app = Celery("nullaosta")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
