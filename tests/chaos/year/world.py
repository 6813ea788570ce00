"""The authorisations as the product has them, and what people do to them in a year."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.demo import make_people
from accounts.models import DemoClock, User
from approvals.models import Step
from catalogue.models import Indication, Product
from tests.chaos.year.model import DAY, Period
from treatments import periods
from treatments.models import Authorisation, Dispensing, Suspension, Verdict

UNITS = {"w3": "head-w3", "w5": "head-w5", "nicu": "head-nicu"}
DIGESTERS = ("prescriber-w3", "prescriber-nicu", "pharmacist-1")
DOSE = '{"request": {}, "weight": {"kg": "60"}, "facts": {"abo": "A"}, "policy": {"haemolysis_from": "1.5"}}'
HIGH, LOW = Decimal(90), Decimal(30)

# The way to the decision is another story (and the triggers that watch it look away).
STATEMENTS = (
    """INSERT INTO patients_patient (id, hospital_id, tax_code, surname, name, born_on, sex)
       SELECT n, %(hospital)s, '', 'Inventato', 'Caso', '1970-01-01', 'F'
         FROM generate_series(1, %(count)s) n""",
    """INSERT INTO approvals_application (id, status, number, unit_id, author_id, version, answers, saved_at,
         saved_by_id, patient_id, indication_id, indication_code, is_urgent, submitted_at, round, asked_from)
       SELECT n, 'approved', 'OL-2026-' || lpad(n::text, 6, '0'), unit, author, 5, '{}', '2026-09-01', author,
              n, %(indication)s, 'X', false, '2026-09-01', 1, ''
         FROM generate_series(1, %(count)s) n
         JOIN unnest(%(units)s::bigint[], %(authors)s::bigint[]) WITH ORDINALITY w (unit, author, place)
           ON place = 1 + n %% 3""",
    """INSERT INTO approvals_step (application_id, sequence, action, source, target, at, by_id, comment)
       SELECT id, 5, 'approve', 'committee_review', 'approved', '2026-09-01', author_id, ''
         FROM approvals_application""",
)
PERIODS = """
INSERT INTO treatments_authorisation (number, application_id, hospital_id, unit_id, prescriber_id, patient_id,
       indication_code, indication_name, area, edition_code, period, valid_from, due_on, dose, cycles, grams,
       conditions, opened_at, opened_by_id, trigger, trigger_after)
SELECT number || '/1', id, %(hospital)s, unit_id, author_id, id, 'X', 'X', 'x', 'x', 1, began,
       (began + interval '3 months')::date, %(dose)s, 9, 9999, '', began, author_id,
       CASE WHEN id %% 4 = 0 THEN 'infusion' ELSE '' END, CASE WHEN id %% 4 = 0 THEN 20 + id %% 30 END
  FROM approvals_application, LATERAL (SELECT %(start)s::date - (id * 7919 %% 80)::int AS began) b
"""


class World:
    def __init__(self, count: int, start: date) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_catalogue", verbosity=0)
        self.people = make_people("una password lunga")
        User.objects.filter(username__in=DIGESTERS).update(wants_digest=True)
        self.product = Product.objects.create(
            code="p", name="P", manufacturer="M", sizes_g=[10], g_per_100_ml=10, loaded_at=timezone.now()
        )
        DemoClock.objects.create(
            ahead=timedelta(), moved_at=timezone.now(), moved_by=self.people["administrator"]
        )
        self._fill(count, start)

    def _fill(self, count: int, start: date) -> None:
        authors = [self.people[f"prescriber-{unit}"] for unit in UNITS]
        units = [author.memberships.get().unit for author in authors]
        values = {
            "count": count,
            "start": start,
            "dose": DOSE,
            "hospital": units[0].hospital_id,
            "indication": Indication.objects.current().first().pk,
            "units": [unit.pk for unit in units],
            "authors": [author.pk for author in authors],
        }
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for statement in STATEMENTS:
                cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(PERIODS, values)
            cursor.execute("ANALYZE")

    def known(self, pk: int | None = None) -> list[Period]:
        """The facts, for the model."""
        found = Authorisation.objects.select_related("application", "prescriber").order_by("pk")
        return [
            Period(
                one.pk,
                one.application.number,
                one.prescriber.username,
                UNITS[one.prescriber.username.removeprefix("prescriber-")],
                one.valid_from,
                days_after_infusion=one.trigger_after,
                is_high=one.application_id % 3 == 0,
            )
            for one in (found.filter(pk=pk) if pk else found)
        ]

    @staticmethod
    def set_clock(at: datetime) -> None:
        DemoClock.objects.update(ahead=at - timezone.now())

    @transaction.atomic
    def infuse(self, period: Period, on: date, at: datetime) -> date:
        found = Authorisation.objects.select_for_update().get(pk=period.pk)
        periods.record_first_infusion(found, on=on, by=found.prescriber, at=at)
        return found.due_on

    @transaction.atomic
    def dispense(self, period: Period, on: date, at: datetime) -> date:
        found = Authorisation.objects.select_for_update().get(pk=period.pk)
        grams, count = HIGH if period.is_high else LOW, found.dispensings.count()
        Dispensing.objects.create(
            authorisation=found,
            sequence=count + 1,
            kind="dispensed",
            cycle=count + 1,
            happened_on=on,
            product=self.product,
            lot="L",
            expires_on=on + 400 * DAY,
            grams=grams,
            balance_g=found.given_g + grams,
            recorded_at=at,
            recorded_by=found.prescriber,
        )
        found.refresh_from_db()
        periods.refresh_due(found)
        return found.due_on

    @transaction.atomic
    def bring_forward(self, period: Period, to: date) -> date:
        found = Authorisation.objects.select_for_update().get(pk=period.pk)
        found.reassess_by = to
        found.save(update_fields=["reassess_by"])
        periods.refresh_due(found)
        return found.due_on

    @transaction.atomic
    def suspend(self, period: Period, at: datetime) -> None:
        """Or resume: it changes nothing about when a judgement is due."""
        by = self.people["director"]
        told = {"ground": "safety", "reason": "Prova.", "suspended_at": at, "suspended_by": by}
        found, is_new = Suspension.objects.get_or_create(
            authorisation_id=period.pk, resumed_at=None, defaults=told
        )
        if not is_new:
            found.resumed_at, found.resumed_by, found.resumed_because = at, by, "Prova."
            found.save()

    @transaction.atomic
    def decide(self, period: Period, at: datetime, *, goes_on: bool) -> Period | None:
        found = Authorisation.objects.select_for_update().get(pk=period.pk)
        verdict = Verdict.CONTINUE if goes_on else Verdict.STOP_REMISSION
        periods.settle(found, verdict=verdict, by=found.prescriber, at=at)
        if not goes_on:
            return None
        terms = periods.Terms(
            application_id=found.application_id,
            application_number=found.application.number,
            trigger=found.trigger,
            trigger_after=found.trigger_after,
            conditions="",
            **{
                name: getattr(found, name)
                for name in (
                    *("unit", "prescriber", "patient_id", "indication_code", "indication_name", "area"),
                    *("edition_code", "dose", "cycles", "grams"),
                )
            },
        )
        opened = periods.open_period(terms, by=found.prescriber, at=at)
        return self.known(opened.pk)[0]

    @staticmethod
    def ends() -> dict[str, int]:
        """The step that expired each application, by its number."""
        return dict(Step.objects.filter(action="expire").values_list("application__number", "pk"))
