"""What a Celery worker does when it starts: it loads the press, and each of its processes gets it ready.

(Celery looks for this module by name; only workers act on it.)
"""

import logging

from celery.signals import worker_init, worker_process_init

logger = logging.getLogger(__name__)


@worker_init.connect  # type: ignore[untyped-decorator]
def load(**_: object) -> None:
    """The libraries are loaded before the fork, which takes seconds: a process that replaces a killed one has
    them at once, and they are in memory once.
    """
    from documents import letters, signing  # noqa: F401


@worker_process_init.connect  # type: ignore[untyped-decorator]
def warm_up(**_: object) -> None:
    """Fonts, stylesheet and key, after the fork: the first letter is as quick as the second."""
    from documents import letters, signing

    letters.warm_up()
    try:
        signing.sealer()
    except signing.SealingFailed as error:
        logger.warning("letters cannot be sealed yet: %s", error)
