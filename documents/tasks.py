"""What a Celery worker does when it starts: each of its processes gets the press ready, after the fork.

(Celery looks for this module by name; only workers import it.)
"""

import logging

from celery.signals import worker_process_init

logger = logging.getLogger(__name__)


@worker_process_init.connect
def warm_up(**_: object) -> None:
    """Fonts, stylesheet and key are loaded once per process: the first letter is as quick as the second."""
    from documents import letters, signing

    letters.warm_up()
    try:
        signing.sealer()
    except signing.SealingFailed as error:
        logger.warning("letters cannot be sealed yet: %s", error)
