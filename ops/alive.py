"""Health checks of compose.yaml: exit code 0 while the process of this container does its work.

python -m ops.alive web|worker|beat
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

BEAT_SAVES_EVERY_SECONDS = 180


def web() -> bool:
    """It answers the watchdog's question, asked as the proxy would, and reaches database and Redis.

    Worker and beat have checks of their own: a page is not taken off the network because one of them is dead.
    """
    site = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1"))
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=12)
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    connection.request("GET", "/healthz", headers=headers)
    answer = connection.getresponse()
    if answer.status not in (200, 503):
        return False
    return not {"database", "redis"} & {trouble["part"] for trouble in json.load(answer)["reasons"]}


def worker() -> bool:
    """It answers a ping through Redis."""
    command = [sys.executable, "-m", "celery", "--app", "config", "inspect", "ping", "--timeout", "5"]
    to_us = ["--destination", f"celery@{socket.gethostname()}"]
    return subprocess.run([*command, *to_us], capture_output=True, check=False).returncode == 0


def beat() -> bool:
    """It has saved what it sent when, not too long ago."""
    var = Path(os.environ["NULLAOSTA_VAR"])
    saved = [path.stat().st_mtime for path in var.glob("celerybeat-schedule*")]
    return bool(saved) and time.time() - max(saved) < 3 * BEAT_SAVES_EVERY_SECONDS


if __name__ == "__main__":
    sys.exit(not {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]())
