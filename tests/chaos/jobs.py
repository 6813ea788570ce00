"""Two small jobs in the shape of the real ones: a paper that exists once, and its mail after it."""

from django.db import transaction

from accounts.models import Hospital
from outbox.jobs import job
from outbox.mail import send
from outbox.promises import promise


@job("trial_paper")
def trial_paper(*, key, at, number):
    with transaction.atomic():
        Hospital.objects.create(name=f"Paper {number}")  # a second one is refused by its unique name
        promise("trial_mail", f"mail:{key}", {}, at=at)


@job("trial_mail")
def trial_mail(*, key, at):
    send(key, "prescriber@example.org", "Oggetto", "Testo")
