"""The invented people of an invented hospital, named by role: one cast for the demo, the tests, the docs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Hospital, Membership, Profession, Role, Unit, User

HOSPITAL = ("Ospedale dimostrativo San Teodoro", "via dell'Esempio 1", "00000 Cittàprova (XX)")
UNITS = {
    "w3": "Ematologia",
    "w5": "Neurologia",
    "pharmacy": "Farmacia ospedaliera",
    "paediatrics": "Pediatria",
    "neonatology": "Terapia intensiva neonatale",
    "immunology": "Immunologia clinica",
    "cardiology": "Cardiologia",
    "direction": "Direzione sanitaria",
    "offices": "Uffici amministrativi",
}
SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class Person:
    username: str
    title: str
    first_name: str
    last_name: str
    roles: tuple[tuple[str, Role], ...]
    registration_number: str = ""

    @property
    def profession(self) -> Profession:
        """Pharmacists are registered as such; other registered people are doctors."""
        if self.registration_number.startswith("XX-F"):
            return Profession.PHARMACIST
        return Profession.DOCTOR if self.registration_number else Profession.OTHER


CAST = (
    Person("prescriber-w3", "Dott.ssa", "Elena", "Conti", (("w3", Role.PRESCRIBER),), "XX-10231"),
    Person("delegate-w3", "Dott.", "Davide", "Riva", (("w3", Role.DELEGATE),)),
    Person("prescriber-w5", "Dott.", "Marco", "Ferri", (("w5", Role.PRESCRIBER),), "XX-10544"),
    Person(
        "head-w3",
        "Prof.",
        "Giorgio",
        "Salvi",
        (("w3", Role.HEAD_OF_UNIT), ("w3", Role.PRESCRIBER)),
        "XX-08112",
    ),
    Person("head-w5", "Prof.ssa", "Lucia", "Marchetti", (("w5", Role.HEAD_OF_UNIT),), "XX-08340"),
    Person("pharmacist-1", "Dott.", "Paolo", "Neri", (("pharmacy", Role.PHARMACIST),), "XX-F0311"),
    Person("pharmacist-2", "Dott.ssa", "Sara", "Galli", (("pharmacy", Role.PHARMACIST),), "XX-F0327"),
    Person("chair", "Prof.ssa", "Anna", "Verdi", (("immunology", Role.CHAIR),), "XX-07455"),
    Person("member-1", "Dott.", "Piero", "Neri Rossi", (("cardiology", Role.COMMITTEE_MEMBER),), "XX-09120"),
    Person("member-2", "Dott.ssa", "Silvia", "Gatti", (("pharmacy", Role.COMMITTEE_MEMBER),), "XX-F0298"),
    Person("member-3", "Dott.", "Luca", "Testa", (("w5", Role.COMMITTEE_MEMBER),), "XX-09401"),
    Person("prescriber-nicu", "Dott.ssa", "Marta", "Leone", (("neonatology", Role.PRESCRIBER),), "XX-10777"),
    Person("head-nicu", "Prof.", "Aldo", "Serra", (("neonatology", Role.HEAD_OF_UNIT),), "XX-08455"),
    Person(
        "on-call-pharmacist",
        "Dott.ssa",
        "Chiara",
        "Fabbri",
        (("pharmacy", Role.ON_CALL_PHARMACIST),),
        "XX-F0333",
    ),
    Person(
        "on-call-consultant",
        "Dott.",
        "Pietro",
        "Longo",
        (("immunology", Role.ON_CALL_CONSULTANT),),
        "XX-08901",
    ),
    Person("director", "Dott.", "Franco", "Bassi", (("direction", Role.MEDICAL_DIRECTOR),), "XX-06002"),
    Person("administrator", "", "Carla", "Moretti", (("offices", Role.ADMINISTRATOR),)),
    Person("auditor", "", "Dario", "Fontana", (("offices", Role.AUDITOR),)),
)


@transaction.atomic
def make_people(password: str) -> dict[str, User]:
    """Create hospital, units and cast, or find them; every account gets the password. By user name."""
    name, address, city = HOSPITAL
    hospital, _created = Hospital.objects.get_or_create(
        name=name, defaults={"address": address, "city": city}
    )
    units = {
        code: Unit.objects.get_or_create(hospital=hospital, code=code, defaults={"name": unit_name})[0]
        for code, unit_name in UNITS.items()
    }
    hashed = make_password(password)
    return {person.username: make_person(person, units, hashed) for person in CAST}


def make_person(person: Person, units: dict[str, Unit], hashed: str) -> User:
    user, _created = User.objects.update_or_create(
        username=person.username,
        defaults={
            "title": person.title,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": f"{person.username}@ospedale.example",
            "registration_number": person.registration_number,
            "profession": person.profession,
            "password": hashed,
        },
    )
    for unit_code, role in person.roles:
        Membership.objects.get_or_create(user=user, unit=units[unit_code], role=role, from_on=SINCE)
    return user
