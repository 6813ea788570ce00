"""Small jobs of our own, and a way to run several keepers at once."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from outbox import jobs
from outbox.models import Promise

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def job(monkeypatch):
    """The register of jobs, empty; a job registered in a test is gone after it."""
    monkeypatch.setattr(jobs, "_jobs", {})
    return jobs.job


@pytest.fixture
def at_once():
    """Run the function in so many threads at the same moment; the first error of any comes out."""

    def run(count, function):
        def one():
            try:
                barrier.wait()
                function()
            except BaseException as error:
                errors.append(error)
            finally:
                connection.close()

        barrier, errors = threading.Barrier(count), []
        threads = [threading.Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for error in errors:
            raise error

    return run


def the_promise():
    return Promise.objects.get()
