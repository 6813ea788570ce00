"""The worklist's first page with a thousand applications and with a million, on the same server."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from django.test import Client

from accounts.models import User
from tests.bench.crowd import MILLION, crowd
from tests.bench.measuring import Figure, compared

ROUNDS = 30
WHO = ("pharmacist-1", "chair", "member-1", "prescriber-w3")


def figures() -> Iterator[Figure]:
    people = crowd(1_000)
    few = {name: page(people[name]) for name in WHO}
    people = crowd(MILLION)
    for name in WHO:
        yield compared(
            f"worklist of {name}: 1,000,000 applications ÷ 1,000", (page(people[name]), few[name]), "≤ 1.5"
        )


def page(user: User) -> float:
    """The median server time of the first page, everything included: rules, queries, template."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        answer = client.get("/")
        times.append(perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
    return median(times)
