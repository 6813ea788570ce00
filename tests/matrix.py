"""Who gets in where: every page and every door × every role × own unit, other unit, other hospital.

A line is `own | other | elsewhere`: the roles that get in when they hold their role in the ward that applies,
in another unit of the same hospital, in another hospital. Whoever is not named gets 404, or 403 where
that stands in front. What a role then sees or may do there is for the tests of that page.

P prescriber · D delegate · H head of unit · F pharmacist · M committee member · C chair · S medical director
A administrator · R auditor · f pharmacist on call · c consultant on call · * everybody signed in
"""

from accounts.models import Role

LETTERS = {
    Role.PRESCRIBER: "P",
    Role.DELEGATE: "D",
    Role.HEAD_OF_UNIT: "H",
    Role.PHARMACIST: "F",
    Role.COMMITTEE_MEMBER: "M",
    Role.CHAIR: "C",
    Role.MEDICAL_DIRECTOR: "S",
    Role.ADMINISTRATOR: "A",
    Role.AUDITOR: "R",
    Role.ON_CALL_PHARMACIST: "f",
    Role.ON_CALL_CONSULTANT: "c",
}
EVERYBODY = "* | * | *"
NOBODY = " |  | "


class _Any(dict):
    def __missing__(self, key):
        return "?"


PAGES = _Any()
DOORS = _Any()
