"""`make run` from the first start to the last: the tests of this file share one house, in this order."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import requests
from django.conf import settings

from ops.places import servers_home
from ops.servers import free_port, is_alive, wait_until

SECONDS = 180


class House:
    """A `make run` in a folder of its own; `said` is what it has printed."""

    def __init__(self):
        self.var = Path(tempfile.mkdtemp(prefix="nullaosta-run-", dir="/tmp"), "var")
        self.port = free_port()
        ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HTTPS", "DEMO"}
        self.environment = {name: value for name, value in os.environ.items() if name not in ours}
        self.environment |= {"NULLAOSTA_VAR": str(self.var), "PORT": str(self.port)}
        self.environment |= {"WEB_SILENT_SECONDS": "1"}
        self.output = self.var.parent / "output"
        self.process = None

    @property
    def said(self):
        return self.output.read_text()

    def start(self):
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ops.run"],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=output,
                stderr=output,
            )
        wait_until(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, SECONDS)
        assert "Ctrl-C" in self.said, self.said + self.logs()

    def again(self, *module, **environment):
        return subprocess.run(
            [sys.executable, *(module or ("-m", "ops.run"))],
            env=self.environment | environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def logs(self):
        return "".join(path.read_text()[-2000:] for path in self.var.glob("log/*"))

    def status(self, path="/accedi/"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        return connection.getresponse().status

    def processes(self):
        """Every process that belongs to this house: by its environment, or its folder on the command line."""
        marks = [f"NULLAOSTA_VAR={self.var}".encode(), bytes(servers_home(self.var))]
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                text = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if any(mark in text for mark in marks) and is_alive(int(folder.name)):
                found.append(int(folder.name))
        return found


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    if house.process and house.process.poll() is None:
        house.stop()
    house.again("-m", "ops.reset", FORCE="1")
    shutil.rmtree(house.var.parent)


@pytest.fixture
def running(house):
    if house.process is None or house.process.poll() is not None:
        house.start()
    return house


def test_it_says_where_it_is_and_who_signs_in_and_answers_there(running):
    assert f"http://127.0.0.1:{running.port}" in running.said
    assert re.search(r"password \w{12}", running.said)
    for name in ("prescriber-w3", "head-w3", "pharmacist-1", "chair", "administrator", "auditor"):
        assert name in running.said
    assert running.status() == 200


def test_its_data_is_private(running):
    assert running.var.stat().st_mode & 0o077 == 0
    assert servers_home(running.var).stat().st_mode & 0o077 == 0
    for secret in ("secret_key", "demo_password", "environment"):
        assert (running.var / secret).stat().st_mode & 0o077 == 0


HALVES = (
    b"GET /accedi/ HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /accedi/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nusername=",
)


@pytest.mark.parametrize("half", HALVES, ids=["head", "body"])
def test_callers_that_fall_silent_keep_nobody_waiting_for_ever(running, half):
    silent = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(12)]  # threads and some
    for one in silent:
        one.sendall(half)
    assert running.status() == 200
    for one in silent:
        one.close()


def signed_in(running, name) -> requests.Session:
    session = requests.Session()
    url = f"http://127.0.0.1:{running.port}"
    session.get(f"{url}/accedi/")
    token = {"X-CSRFToken": session.cookies["csrftoken"]}
    assert session.post(f"{url}/accedi/{name}/", headers=token, allow_redirects=False).status_code == 302
    session.headers["X-CSRFToken"] = session.cookies["csrftoken"]
    return session


def memory(running) -> int:
    """Of all its processes that are ours alone, in bytes."""
    found = (psutil.Process(pid) for pid in running.processes())
    return sum(one.memory_full_info().uss for one in found if "gunicorn" in " ".join(one.cmdline()))


def test_large_bodies_sent_all_at_once_are_refused_and_take_no_memory(running):
    machine = signed_in(running, "prescriber-w3")
    url = f"http://127.0.0.1:{running.port}/api/v1/applications"
    body = b'{"unit": "' + b"x" * 10_000_000 + b'"}'
    before, answers = memory(running), []

    def send(n):
        told = {"Content-Type": "application/json", "Idempotency-Key": f"k{n}"}
        answers.append(machine.post(url, body, headers=told).status_code)

    with ThreadPoolExecutor(8) as callers:
        list(callers.map(send, range(16)))
    assert set(answers) == {413}
    assert memory(running) - before < 60_000_000
    assert machine.get(url).json()["results"] is not None


@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_the_health_checks_of_the_deployed_shape_find_it_well(running, part):
    assert running.again("-m", "ops.alive", part, SITE_URL="http://127.0.0.1").returncode == 0


def test_a_health_check_fails_where_nothing_answers(house):
    assert house.again("-m", "ops.alive", "web", PORT=str(free_port())).returncode != 0


def test_manage_py_beside_it_uses_its_database(running):
    asked = "from django.db import connection as c; c.connect(); print('at', c.connection.info.host)"
    asked += (
        "; k = c.cursor().execute('SELECT DISTINCT usename FROM pg_stat_activity WHERE datname IS NOT NULL')"
    )
    asked += "; print('as', sorted(row[0] for row in k))"
    answer = running.again("manage.py", "shell", "--verbosity", "0", "--command", asked)
    assert f"at {servers_home(running.var)}" in answer.stdout, answer.stderr
    # Whoever serves people is not the owner of the tables.
    assert "as ['nullaosta', 'nullaosta_application']" in answer.stdout


def test_a_second_start_of_the_same_house_is_refused_in_words(running):
    second = running.again(PORT=str(free_port()))
    assert second.returncode == 1
    assert f"It is already running: http://127.0.0.1:{running.port}" in second.stderr


def test_it_cannot_be_emptied_while_it_runs(running):
    assert "already running" in running.again("-m", "ops.reset", FORCE="1").stderr
    assert running.status() == 200


def test_a_child_that_dies_is_started_again_and_its_log_is_named(running):
    mail = next(
        pid for pid in running.processes() if b"aiosmtpd" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    os.kill(mail, signal.SIGKILL)
    assert wait_until(lambda: "mail was killed by signal 9 and is started again" in running.said, 20)
    assert str(running.var / "log" / "mail.log") in running.said


def test_what_a_killed_start_left_is_ended_by_the_next_which_keeps_the_data(running):
    key = (running.var / "secret_key").read_text()
    running.stop(signal.SIGKILL)
    left = running.processes()
    assert left, "a kill -9 of the supervisor leaves its children"
    running.start()
    assert "an earlier start did not end in order" in running.said
    assert running.status() == 200
    assert (running.var / "secret_key").read_text() == key
    server = (servers_home(running.var) / "postgres" / "postmaster.pid").read_text().split("\n")[0]
    assert set(left) & set(running.processes()) <= set(family(int(server))) | set(redis_of(running))


def family(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def redis_of(house):
    return [int((servers_home(house.var) / "redis" / "redis.pid").read_text())]


def test_ctrl_c_ends_everything_it_started(running):
    assert running.stop(signal.SIGINT) == 0
    assert "stopped" in running.said
    assert running.processes() == []


def test_reset_empties_it_when_told_and_asks_otherwise(house):
    assert "FORCE=1" in house.again("-m", "ops.reset", FORCE="").stderr
    assert house.var.exists()
    data = servers_home(house.var)
    assert data.exists()
    assert house.again("-m", "ops.reset", FORCE="1").returncode == 0
    assert not house.var.exists()
    assert not data.exists()


def test_a_taken_port_is_named_with_the_command_that_avoids_it(house):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = house.again(PORT=str(port))
    assert refused.returncode == 1
    assert (
        f"Port {port} is taken by another program. Choose another: PORT={port + 1} make run" in refused.stderr
    )


def test_a_port_that_is_none_is_refused_in_words(house):
    assert "PORT=web is not a port" in house.again(PORT="web").stderr


def test_a_place_that_cannot_be_written_is_refused_in_words(house):
    refused = house.again(NULLAOSTA_VAR="/dev/null/var")
    assert "/dev/null/var cannot be written" in refused.stderr
    assert "NULLAOSTA_VAR=" in refused.stderr
    assert "Traceback" not in refused.stderr
