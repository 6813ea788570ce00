"""The processes of the house. compose.yaml starts the same ones, and a test compares."""

ROLES = ("python", "manage.py", "setup_database_roles")
PREPARE = ("python", "-m", "ops.prepare")
WEB = ("python", "-m", "gunicorn", "--config", "ops/gunicorn.py", "config.wsgi")
CELERY = ("python", "-m", "celery", "--app", "config")
# The database hands out the work: workers have nothing to tell each other.
ALONE = ("--without-mingle", "--without-gossip", "--without-heartbeat")
WORKER = (*CELERY, "worker", "--loglevel", "INFO", "--concurrency", "2", *ALONE)
BEAT = (*CELERY, "beat", "--loglevel", "INFO")
TIMESTAMP = ("python", "-m", "documents.demo_tsa")


def mail_catcher(address: str, folder: str) -> tuple[str, ...]:
    handler = "aiosmtpd.handlers.Mailbox"
    return ("python", "-m", "aiosmtpd", "--nosetuid", "--listen", address, "--class", handler, folder)
