"""The settings as mypy's plugin loads them: no server is reached, so no address has to be true."""

import os

os.environ.setdefault("SECRET_KEY", "x" * 50)
os.environ.setdefault("DATABASE_URL", "postgresql:///types")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:0/0")

from config.settings import *  # noqa: F403
