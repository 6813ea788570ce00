"""The processes of the year, three workers and two sweepers, and what strikes them and their servers."""

import asyncio
import email
import os
import random
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from email import policy
from pathlib import Path

import redis
from aiosmtpd.controller import Controller

from ops.servers import free_port
from tests.chaos.house import WORKER, Process

MAIL_TIMEOUT = 1
BLOWS = (
    *("worker child", "worker", "all workers", "sweeper", "both sweepers", "redis flushed", "redis killed"),
    *("postgres restarted", "mail refused", "mail hangs", "mail taken, then hangs", "killed at a mail"),
    *("clock an hour on", "clock an hour back"),
)


class Mailbox:
    """What reached people: for each Message-ID to whom, how often, and what it said first."""

    def __init__(self):
        self.to, self.times, self.texts = {}, Counter(), {}
        self.refusing_until, self.hanging, self.hanging_after = 0.0, 0, 0
        self.kill, self.killing = lambda: None, False
        self._lock = threading.Lock()

    async def handle_DATA(self, server, session, envelope):
        if time.monotonic() < self.refusing_until:
            return "451 come back later"
        if self._spend("hanging"):
            await asyncio.sleep(2 * MAIL_TIMEOUT)
            return "451 too late"
        mail = email.message_from_bytes(envelope.content, policy=policy.SMTP)
        with self._lock:
            self.times[mail["Message-ID"]] += 1
            self.to.setdefault(mail["Message-ID"], set()).update(envelope.rcpt_tos)
            # The first time counts: another one with the same Message-ID is the same mail.
            self.texts.setdefault(mail["Message-ID"], f"{mail['Subject']}\n{mail.get_content()}")
            killing, self.killing = self.killing, False
        if killing:
            self.kill()  # the mail is taken, and nobody is left to record it
        if self._spend("hanging_after"):
            await asyncio.sleep(2 * MAIL_TIMEOUT)
        return "250 OK"

    def _spend(self, name):
        with self._lock:
            left = getattr(self, name)
            setattr(self, name, max(left - 1, 0))
            return left > 0


class House:
    def __init__(self, services, folder):
        self.services, self.struck = services, Counter()
        self.mailbox = Mailbox()
        self.mail_server = Controller(self.mailbox, hostname="127.0.0.1", port=free_port())
        self.mail_server.start()
        self.log = Path(folder) / "year.log"
        environment = os.environ | {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail_server.port),
            "EMAIL_TIMEOUT": str(MAIL_TIMEOUT),
        }
        self.workers = [
            Process([*WORKER, f"--hostname=worker-{n}@year"], environment, self.log) for n in (1, 2, 3)
        ]
        sweeper = [sys.executable, "-m", "tests.chaos.year.sweeper"]
        self.sweepers = [Process(sweeper, environment, self.log) for _ in (1, 2)]
        self.mailbox.kill = self.kill_workers

    def kill_workers(self):
        for worker in self.workers:
            worker.kill()

    def restart_dead(self):
        """What a supervisor does."""
        for process in [*self.workers, *self.sweepers]:
            process.restart_if_dead()

    def strike(self, blow, chance: random.Random, clock):
        self.struck[blow] += 1
        match blow:
            case "worker child":
                chance.choice(self.workers).kill_child()
            case "worker":
                chance.choice(self.workers).kill()
            case "all workers":
                self.kill_workers()
            case "sweeper":
                chance.choice(self.sweepers).kill()
            case "both sweepers":
                for sweeper in self.sweepers:
                    sweeper.kill()
            case "redis flushed":
                with suppress(redis.RedisError), redis.Redis.from_url(self.services.redis.url) as client:
                    client.flushall()
            case "redis killed":
                self.services.redis.kill()
                self.services.redis.start()
            case "postgres restarted":
                self.services.postgres.stop()
                self.services.postgres.start()
            case "mail refused":
                self.mailbox.refusing_until = time.monotonic() + 0.7
            case "mail hangs":
                self.mailbox.hanging = chance.randint(1, 3)
            case "mail taken, then hangs":
                self.mailbox.hanging_after = chance.randint(1, 3)
            case "killed at a mail":
                self.mailbox.killing = True
            case "clock an hour on" | "clock an hour back":
                clock(1 if blow.endswith("on") else -1)
                time.sleep(0.2)
                clock(0)

    def stop(self):
        for process in [*self.workers, *self.sweepers]:
            process.kill()
        self.mail_server.stop()
