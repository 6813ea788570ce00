"""The data servers of the tests are the engines of production."""

import os

import psycopg
import redis
from django.conf import settings

from ops.test import throw_away


def test_postgres_is_version_18_and_has_no_network_address():
    with psycopg.connect(os.environ["DATABASE_URL"]) as db:
        assert db.execute("SHOW server_version").fetchone()[0].startswith("18.")
        assert db.execute("SHOW listen_addresses").fetchone()[0] == ""


def test_redis_keeps_an_append_only_file_evicts_nothing_and_wants_a_password():
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert client.config_get("appendonly") == {"appendonly": "yes"}
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    port = client.connection_pool.connection_kwargs["port"]
    try:
        redis.Redis(port=port).ping()
    except redis.AuthenticationError:
        return
    raise AssertionError("Redis answered without a password")


def test_redis_keeps_what_it_holds_through_a_kill_and_keeps_its_address():
    with throw_away() as servers:
        server, address = servers.redis, servers.redis.url
        client = redis.Redis.from_url(address)
        client.config_set("appendfsync", "always")
        client.set("kept", "1")
        server.kill()
        assert server.pid() == 0
        server.start()
        assert server.url == address
        assert redis.Redis.from_url(address).get("kept") == b"1"
