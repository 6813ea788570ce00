"""The profile: one mail for each notice, or one a day. What is overdue comes at once: the page says so."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.people import people

__all__ = ["people"]


@pytest.mark.parametrize(("mails", "wants"), [("digest", True), ("single", False)])
def test_one_chooses_single_mails_or_the_digest(client, people, mails, wants):
    user = people["chair"]
    User.objects.filter(pk=user.pk).update(wants_digest=not wants)
    client.force_login(user)
    assert client.post(reverse("profile"), {"language": "it", "mails": mails}).status_code == 302
    user.refresh_from_db()
    assert user.wants_digest is wants
    page = client.get(reverse("profile")).text
    assert f'value="{mails}"' in page
    assert "in ritardo arriva comunque subito: non si può disattivare" in page


def test_nothing_else_can_be_chosen(client, people):
    client.force_login(people["chair"])
    assert client.post(reverse("profile"), {"language": "it", "mails": "none"}).status_code == 422
    assert not User.objects.filter(wants_digest=True).exists()
