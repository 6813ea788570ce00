from datetime import date

import pytest

from accounts.models import Hospital, Membership, Role, Unit, User

PASSWORD = "una frase lunga e inventata"


@pytest.fixture
def prescriber(db) -> User:
    hospital = Hospital.objects.create(name="AOU Esempio", address="Via Prova 1", city="Torino")
    unit = Unit.objects.create(hospital=hospital, code="w3", name="Neurologia")
    user = User.objects.create_user(
        "prescriber-w3", password=PASSWORD, title="Dott.ssa", first_name="Anna", last_name="Verdi"
    )
    Membership.objects.create(user=user, unit=unit, role=Role.PRESCRIBER, from_on=date(2020, 1, 1))
    return user
