"""`make run`: the whole house on this machine with demo data, under var/.

python -m ops.run        PORT=8001 for another address, NULLAOSTA_VAR=/a/folder for another place
"""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ops import commands, places
from ops.places import Trouble
from ops.refusals import check_port, check_room, chosen_port, only_one
from ops.servers import explain, free_port
from ops.services import Services, in_use, kept_secret, of_this_clone, secret_key
from ops.supervisor import Child, end_groups, leftovers, listens, restart_the_dead, says, serves

LOG_MEGABYTES = 10
ACCOUNTS = {
    "prescriber-w3": "prescriber of ward 3: starts here",
    "delegate-w3": "delegate of ward 3: drafts, never signs",
    "prescriber-w5": "prescriber of ward 5: sees none of it",
    "head-w3": "head of ward 3: endorses",
    "pharmacist-1": "hospital pharmacist: takes charge, asks, refers",
    "pharmacist-2": "the other pharmacist",
    "chair": "chair of the committee: convenes, opens, closes, signs the minutes",
    "member-1": "member of the committee (also member-2, member-3): declares conflicts, votes",
    "prescriber-nicu": "prescriber of the neonatal intensive care: emergencies",
    "on-call-pharmacist": "with on-call-consultant: authorises an emergency",
    "director": "medical director: late emergencies, substitutes",
    "administrator": "administrator: people and roles, deadlines",
    "auditor": "auditor: the trail",
}


class Stop(BaseException):
    """Somebody asked us to end."""


def say(sentence: str) -> None:
    print(f"nullaosta: {sentence}", flush=True)


def environment_of(services: Services, var: Path, port: int) -> dict[str, str]:
    """The settings of this run, which go before those of the person's environment."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "NULLAOSTA_VAR": str(var),
        "DEMO": "1",
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": secret_key(var),
        "DEMO_PASSWORD": kept_secret(var / "demo_password", 12),
        "EMAIL_PORT": str(free_port()),
        "TIMESTAMP_URL": f"http://127.0.0.1:{free_port()}",
        "PYTHONUNBUFFERED": "1",
        **services.environment(),
    }


def write_for_others(environment: dict[str, str], path: Path) -> None:
    """What `manage.py` reads beside a running house (config/settings.py); entirely there or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text("".join(f"{name}='{value}'\n" for name, value in environment.items()))
    unfinished.replace(path)


def put_old_logs_aside(logs: Path) -> None:
    for log in logs.glob("*.log"):
        if log.stat().st_size > LOG_MEGABYTES * 2**20:
            log.replace(log.with_suffix(".old"))


def prepare(environment: dict[str, str], log: Path) -> None:
    """Migrations, catalogue, demo data, static files."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *commands.PREPARE[1:]], env=environment, cwd=places.CLONE,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        failed = process.wait()
    except BaseException:
        end_groups([process.pid])
        raise
    if failed:
        last = log.read_text(errors="replace").rstrip().rpartition("\n")[2]
        raise Trouble(f"The data could not be prepared: read {log}{explain(log)}\n{last}")


def children_of(environment: dict[str, str], var: Path, port: int) -> list[Child]:
    logs = var / "log"
    mail_port = environment["EMAIL_PORT"]
    stamp_port = environment["TIMESTAMP_URL"].split(":")[2].split("/")[0]
    mail = commands.mail_catcher(f"127.0.0.1:{mail_port}", str(var / "mail"))
    stamps = (*commands.TIMESTAMP, "--port", stamp_port)

    def child(name: str, command: tuple[str, ...], is_ready: Callable[[Child], bool]) -> Child:
        return Child(name, [sys.executable, *command[1:]], logs / f"{name}.log", is_ready, environment)

    return [
        child("mail", mail, listens(int(mail_port))),
        child("timestamp", stamps, listens(int(stamp_port))),
        child("worker", commands.WORKER, says(" ready.")),
        child("beat", commands.BEAT, says("beat: Starting")),
        child("web", commands.WEB, serves(f"http://127.0.0.1:{port}/")),
    ]


def end(children: list[Child]) -> None:
    """First who makes work or does it, then what the work needs."""
    pids = {child.name: child.process.pid for child in children if child.process}
    helpers = {"mail", "timestamp"}
    end_groups([pid for name, pid in pids.items() if name not in helpers])
    end_groups([pid for name, pid in pids.items() if name in helpers])


def watch(children: list[Child], services: Services) -> None:
    while True:
        time.sleep(0.5)
        for server in services.servers:
            if not server.pid():
                say(f"{server.name} ended by itself and is started again; {server.log} tells why")
                server.start()
        restart_the_dead(children, say)


def welcome(address: str, password: str, var: Path, seconds: float) -> None:
    say(f"ready after {seconds:.1f} s. Mails are caught in {var / 'mail'}, logs are in {var / 'log'}.")
    say(f"sign in with a click, or by name with the password {password}")
    for name, role in ACCOUNTS.items():
        print(f"    {name:14} {role}")
    say(f"open {address}    (Ctrl-C stops everything)")


def house(port: int, var: Path) -> None:
    began = time.monotonic()
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.enter_context(only_one(var, address))
        if left := leftovers(f"NULLAOSTA_HOUSE={var}"):
            say(
                f"an earlier start did not end in order: {len(left)} of its processes are still there; "
                "ending them"
            )
            end_groups(left)
        for folder in (var, places.servers_home()):
            check_room(folder)
        check_port(port)
        put_old_logs_aside(var / "log")
        services = stack.enter_context(in_use(of_this_clone()))
        ours = environment_of(services, var, port)
        write_for_others(ours, var / "environment")
        stack.callback((var / "environment").unlink, missing_ok=True)
        environment = os.environ | ours | {"NULLAOSTA_HOUSE": str(var)}
        prepare(environment, var / "log" / "prepare.log")
        children = children_of(environment | services.as_application(), var, port)
        stack.callback(end, children)
        for child in children:
            child.start()
        for child in children:
            child.wait_until_ready()
        welcome(address, environment["DEMO_PASSWORD"], var, time.monotonic() - began)
        watch(children, services)


def stop_on(*_: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # one is enough: now we end in order
    raise Stop


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_on)
    try:
        house(chosen_port(os.environ.get("PORT") or "8000"), places.private(places.VAR))
    except Stop:
        say("stopped")
    except Trouble as trouble:
        sys.exit(f"nullaosta: {trouble}")
    except PermissionError as error:
        sys.exit(
            f"nullaosta: {error.filename} belongs to somebody else (an earlier start as root?). "
            f"Make it yours: sudo chown -R {os.geteuid()} {places.VAR}"
        )
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.exit(f"nullaosta: the disk with {places.VAR} is full. Make room and start again.")


if __name__ == "__main__":
    main()
