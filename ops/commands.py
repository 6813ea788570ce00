"""The processes of the house. compose.yaml starts the same ones, and a test compares."""

PREPARE = ("python", "-m", "ops.prepare")
WEB = ("python", "-m", "gunicorn", "--config", "ops/gunicorn.py", "config.wsgi")
WORKER = ("python", "-m", "celery", "--app", "config", "worker", "--loglevel", "INFO", "--concurrency", "2")
BEAT = ("python", "-m", "celery", "--app", "config", "beat", "--loglevel", "INFO")
TIMESTAMP = ("python", "-m", "documents.demo_tsa")


def mail_catcher(address: str, folder: str) -> tuple[str, ...]:
    handler = "aiosmtpd.handlers.Mailbox"
    return ("python", "-m", "aiosmtpd", "--nosetuid", "--listen", address, "--class", handler, folder)
