"""The house as it runs, in processes of its own that may be killed: workers, beat, Redis, a mail server."""

import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import redis
from aiosmtpd.controller import Controller
from django.db import connection

from ops import places
from ops.servers import Redis, free_port

CELERY = [sys.executable, "-m", "celery", "-A", "config"]
WORKER = [*CELERY, "worker", "--pool=prefork", "--concurrency=1", "--loglevel=WARNING"]
WORKER += ["--without-gossip", "--without-mingle"]

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd notes every line of every conversation


class Mailbox:
    """The mail server's end. Counts by Message-ID; at a mail told beforehand it kills before it says OK."""

    def __init__(self):
        self.mails = Counter()
        self.kill_at = set()
        self.kill = lambda: None
        self._lock = threading.Lock()

    async def handle_DATA(self, server, session, envelope):
        message_id = re.search(rb"^Message-ID: (\S+)", envelope.content, re.M | re.I)[1].decode()
        with self._lock:
            self.mails[message_id] += 1
            taken = self.mails.total()
        if taken in self.kill_at:
            self.kill()  # the mail is taken, and nobody is left to record it
        return "250 OK"


class Process:
    """One of Celery's, with all its children in a process group of their own."""

    def __init__(self, command, environment, log):
        self.command, self.environment, self.log = command, environment, log
        self.start()

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def children(self):
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with suppress(OSError):
            return [int(pid) for pid in listed.read_text().split()]
        return []

    def kill_child(self):
        """The one that does the work; its parent is to notice and replace it."""
        for pid in self.children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill(self):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart_if_dead(self):
        if self.process.poll() is not None:
            self.kill()  # also what it left behind
            self.start()


class House:
    """Two workers and beat on the test's database, with a Redis and a mail server of their own."""

    def __init__(self, folder, **environment):
        self.redis = Redis(folder / "servers", folder)
        self.redis.start()
        self.mailbox = Mailbox()
        self.mail_server = Controller(self.mailbox, hostname="127.0.0.1", port=free_port())
        self.mail_server.start()
        self.log = folder / "celery.log"
        self.diary = []
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "DATABASE_URL": test_database_url(),
            "REDIS_URL": self.redis.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail_server.port),
            "OUTBOX_FIRST_DELAY_SECONDS": "1",
            "OUTBOX_ATTEMPTS": "100",
            "MAIL_HOURS": "",  # also at night
            **environment,
        }
        beat = [*CELERY, "beat", "--loglevel=WARNING", f"--schedule={folder / 'schedule'}", "--pidfile="]
        self.workers = [
            Process([*WORKER, f"--hostname=worker-{number}@chaos"], environment, self.log)
            for number in (1, 2)
        ]
        self.beat = Process(beat, environment, self.log)

    def kill_workers(self):
        for worker in self.workers:
            worker.kill()

    def restart_dead(self):
        """What a supervisor does."""
        for process in [*self.workers, self.beat]:
            process.restart_if_dead()

    def flush_redis(self):
        with redis.Redis.from_url(self.redis.url) as client:
            client.flushall()

    def restart_redis(self):
        self.redis.kill()
        self.redis.start()

    def stop(self):
        for process in [*self.workers, self.beat]:
            process.kill()
        self.redis.kill()
        self.mail_server.stop()


@contextmanager
def running(**environment):
    with tempfile.TemporaryDirectory(prefix="nullaosta-chaos-", dir="/tmp") as name:
        folder = Path(name)
        if places.is_root():
            folder.chmod(0o711)  # Redis runs as a user of its own
        house = House(folder, **environment)
        try:
            yield house
        except BaseException:
            sys.stderr.write("\n".join([*house.diary, house.log.read_text()[-8000:]]))
            raise
        finally:
            house.stop()


def test_database_url():
    """The address of the database that pytest made for this test."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
