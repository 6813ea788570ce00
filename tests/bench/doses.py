"""The live panel of the dose: the server's whole answer beside its budget of 30 ms, and the engine alone."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import median
from time import perf_counter

from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.demo import make_people
from approvals import drafts
from approvals.demo_answers import complete_answers
from approvals.models import Application
from catalogue import product_loading
from catalogue.dosing import PatientFacts, Request, Sex, dose
from catalogue.models import Indication, Product
from tests.bench.measuring import Figure, compared

ROW, PRODUCT = "EMA-01", "provaglobina-10"
ROUNDS = 300
BUDGET = 0.030  # design/performance.md: server median of one recomputation


def figures() -> Iterator[Figure]:
    call_command("load_catalogue", verbosity=0)
    product_loading.load(product_loading.DEMO, at=timezone.now())
    yield compared("panel of the dose, server ÷ budget", (timed(panel()), BUDGET), "≤ 1")
    yield compared("dose arithmetic alone ÷ budget", (timed(arithmetic()), BUDGET), "≤ 0.1")


def timed(work: Callable[[int], object]) -> float:
    """The median; each round has another weight, so that nothing is answered from memory."""
    times = []
    for number in range(ROUNDS):
        began = perf_counter()
        work(number)
        times.append(perf_counter() - began)
    return median(times)


def panel() -> Callable[[int], object]:
    """Everything a keystroke costs the server: session, rules, queries, form, engine, template."""
    author = make_people("una password lunga")["prescriber-w3"]
    now = timezone.now()
    draft = drafts.start(by=author, unit=author.memberships.get(role="prescriber").unit, at=now)
    answers = complete_answers(ROW, on=timezone.localdate(now), dose={"product": PRODUCT})
    Application.objects.filter(pk=draft.pk).update(answers=answers)
    client = Client(SERVER_NAME="localhost")
    client.force_login(author)
    address = reverse("dose-panel", args=[draft.pk])

    def answer(number: int) -> None:
        typed = {**answers["dose"], "weight_kg": f"{60 + number / 10:.1f}".replace(".", ",")}
        got = client.post(address, typed)
        assert got.status_code == 200 and b'class="amount"' in got.content

    return answer


def arithmetic() -> Callable[[int], object]:
    schedule = Indication.objects.current().get(code=ROW).schedule()
    product = Product.objects.get(code=PRODUCT).value(on=timezone.localdate())
    asked = Request(Decimal("0.4"), 5, product=product)

    def compute(number: int) -> object:
        kg = Decimal(700 + number) / 10
        return dose(schedule, PatientFacts(Sex.FEMALE, 58, kg, Decimal(168)), asked).as_dict()

    return compute
