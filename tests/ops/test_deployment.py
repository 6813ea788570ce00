"""compose.yaml and the Dockerfile name what `make run` starts: no engine is needed to read them."""

import re

import pytest
import yaml
from django.conf import settings

from ops import bootstrap, commands

ROOT = settings.BASE_DIR
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ["roles", "prepare", "web", "worker", "beat"]
ONCE = {"roles", "prepare"}  # they end by themselves


def test_the_services_are_those_of_the_deployed_shape():
    assert set(SERVICES) == {"roles", "prepare", "web", "worker", "beat", "postgres", "redis", "mail"}


@pytest.mark.parametrize(
    ("service", "command"),
    [
        ("roles", commands.ROLES),
        ("prepare", commands.PREPARE),
        ("web", commands.WEB),
        ("worker", commands.WORKER),
        ("beat", commands.BEAT),
    ],
)
def test_compose_starts_each_process_as_make_run_does(service, command):
    assert tuple(SERVICES[service]["command"]) == command


def test_the_image_starts_the_web_process_and_is_made_as_every_fresh_clone():
    assert str(list(commands.WEB)).replace("'", '"') in DOCKERFILE
    assert "RUN python -m ops.bootstrap run " in DOCKERFILE
    copied_before = DOCKERFILE[: DOCKERFILE.index("RUN python -m ops.bootstrap")]
    for lock in [*bootstrap.LOCKS.values(), bootstrap.UV_LOCK]:
        assert lock.name in copied_before


def test_nobody_runs_as_root():
    assert re.search(r"^USER nullaosta$", DOCKERFILE, re.MULTILINE)
    assert all("user" not in SERVICES[name] for name in OURS), "ours run as the user of the image"
    for name in set(SERVICES) - set(OURS):
        assert SERVICES[name]["user"] not in ("", "root", "0", "0:0")


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_lasting_service_has_a_health_check(service):
    if service in ONCE:  # the others wait for its success
        waits = {"roles": "prepare", "prepare": "web"}[service]
        assert SERVICES[waits]["depends_on"][service] == {"condition": "service_completed_successfully"}
    else:
        assert SERVICES[service]["healthcheck"]["test"][0].startswith("CMD")


def test_ours_wait_for_prepared_data_and_a_healthy_redis():
    assert SERVICES["roles"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    for name in ("web", "worker", "beat"):
        assert set(SERVICES[name]["depends_on"]) == {"prepare", "redis"}


def test_each_connects_as_the_role_it_needs_and_holds_no_secret_of_a_mightier_one():
    urls = {name: SERVICES[name]["environment"]["DATABASE_URL_FILE"].rpartition("/")[2] for name in OURS}
    serving = dict.fromkeys(("web", "worker", "beat"), "database_url")
    assert urls == {"roles": "database_admin_url", "prepare": "database_owner_url", **serving}
    for name, url in urls.items():
        assert [secret for secret in SERVICES[name]["secrets"] if secret.endswith("_url")].count(url) == 1
        mighty = {"database_admin_url", "database_owner_url", "postgres_password"} - {url}
        assert not mighty & set(SERVICES[name]["secrets"])


def test_what_must_last_lies_in_named_volumes():
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]
    for name in OURS:
        assert SERVICES[name]["volumes"] == ["var:/var/lib/nullaosta"]
    assert set(COMPOSE["volumes"]) == {"postgres", "redis", "var"}


def test_postgres_is_18_and_redis_logs_every_write_and_evicts_nothing():
    assert SERVICES["postgres"]["image"].startswith("postgres:18")
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert "--requirepass" in command


def test_no_secret_stands_in_the_file_and_each_is_mounted_where_it_is_named():
    for name, service in SERVICES.items():
        mounted = {f"/run/secrets/{secret}" for secret in service.get("secrets", [])}
        for variable, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|PASSPHRASE|DATABASE_URL|REDIS_URL", variable):
                assert variable.endswith("_FILE"), f"{name}: {variable} would show its value"
            if str(value).startswith("/run/secrets/"):
                assert value in mounted, f"{name}: {value} is not mounted"
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "secrets" in (ROOT / ".dockerignore").read_text().split()
    assert "secrets/" in (ROOT / ".gitignore").read_text().split()


def test_only_the_own_machine_reaches_the_ports():
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
