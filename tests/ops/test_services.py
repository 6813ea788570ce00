"""The data servers out of their wheels: the engines of production, and nothing left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings

from ops.places import Trouble
from ops.refusals import check_room
from ops.servers import explain, is_alive, wait_until
from ops.test import throw_away


@pytest.fixture(scope="module")
def servers():
    with throw_away() as servers:
        yield servers


def test_postgres_is_version_18_and_has_no_network_address(servers):
    with psycopg.connect(servers.postgres.url) as db:
        assert db.execute("SHOW server_version").fetchone()[0].startswith("18.")
        assert db.execute("SHOW listen_addresses").fetchone()[0] == ""


def test_the_servers_never_run_as_root_and_others_cannot_enter_their_folders(servers):
    for server in (servers.postgres, servers.redis):
        assert Path(f"/proc/{server.pid()}").stat().st_uid != 0
        assert server.folder.stat().st_mode & 0o077 == 0
    assert servers.postgres.sockets.stat().st_mode & 0o077 == 0


def test_redis_keeps_an_append_only_file_and_evicts_nothing():
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert client.config_get("appendonly") == {"appendonly": "yes"}
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_redis_wants_its_password(servers):
    port = redis.Redis.from_url(servers.redis.url).connection_pool.connection_kwargs["port"]
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=port).ping()


def test_redis_keeps_what_it_holds_through_a_kill_and_keeps_its_address(servers):
    server, address = servers.redis, servers.redis.url
    client = redis.Redis.from_url(address)
    client.config_set("appendfsync", "always")
    client.set("kept", "1")
    server.kill()
    assert server.pid() == 0
    server.start()
    assert server.url == address
    assert redis.Redis.from_url(address).get("kept") == b"1"


def test_postgres_keeps_what_is_committed_through_a_kill(servers):
    with psycopg.connect(servers.postgres.url) as db:
        db.execute("CREATE TABLE kept AS SELECT 1 AS one")
    servers.postgres.kill()
    servers.postgres.start()
    with psycopg.connect(servers.postgres.url) as db:
        assert db.execute("SELECT one FROM kept").fetchone() == (1,)


def test_starting_twice_starts_one(servers):
    before = [server.pid() for server in servers.servers]
    servers.start()
    assert [server.pid() for server in servers.servers] == before


def test_a_database_left_half_made_is_made_anew():
    with throw_away() as servers:
        servers.postgres.stop()
        half_made = servers.postgres.folder.with_suffix(".new")
        servers.postgres.folder.rename(half_made)
        (half_made / "PG_VERSION").unlink()
        servers.postgres.start()
        assert servers.postgres.is_ready()
        assert not half_made.exists()


def test_a_server_that_cannot_start_is_a_sentence_with_its_log():
    with throw_away() as servers:
        servers.postgres.stop()
        (servers.postgres.folder / "postgresql.conf").write_text("no such setting\n")
        with pytest.raises(Trouble, match=r"postgres did not start: read .*/postgres.log"):
            servers.postgres.start()


def test_the_servers_of_a_killed_test_run_are_ended_by_the_next_run():
    program = (
        "import time, ops.test as t\nwith t.throw_away() as s: print(s.home, flush=True); time.sleep(600)"
    )
    killed = subprocess.Popen([sys.executable, "-c", program], cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    home = Path(killed.stdout.readline().decode().strip())
    server = int((home / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    killed.kill()
    killed.wait()
    assert is_alive(server)
    with throw_away():
        assert wait_until(lambda: not is_alive(server), 10)
        assert not home.exists()


def test_a_test_run_that_is_ended_takes_its_servers_with_it():
    program = (
        "import signal, sys, time, ops.test as t\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
    )
    program += "with t.throw_away() as s: print(s.home, flush=True); time.sleep(600)"
    ended = subprocess.Popen([sys.executable, "-c", program], cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    home = Path(ended.stdout.readline().decode().strip())
    server = int((home / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    ended.send_signal(signal.SIGTERM)
    assert ended.wait() == 143
    assert not is_alive(server)
    assert not home.exists()


def test_these_tests_run_on_servers_of_their_own():
    assert "nullaosta-test-" in os.environ["DATABASE_URL"]
    assert "nullaosta-test-" in str(settings.VAR_DIR)


def test_too_little_room_is_refused_in_words(tmp_path):
    with pytest.raises(Trouble, match=r"is full: \d+ MB free, 1000000000 needed. Make room"):
        check_room(tmp_path, needed=10**9)


def test_a_log_that_ends_on_a_full_disk_says_so(tmp_path):
    log = tmp_path / "postgres.log"
    log.write_text('FATAL:  could not write file "x": No space left on device\n')
    assert explain(log) == ". The disk is full: make room and start again."


def test_what_a_machine_lacks_is_named_with_the_line_that_installs_it():
    bare = {"PATH": "/nonexistent"}
    lacking = subprocess.run(
        [sys.executable, "-m", "ops.bootstrap", "test"],
        cwd=settings.BASE_DIR, env=bare, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert lacking.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends chromium" in lacking.stderr
