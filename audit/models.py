"""The audit trail: one chain of entries for each thing that is followed, for investigators.

The database writes the chain, not this module: a trigger on the insertion of an `Entry` takes the
chain's `Head` under a lock, gives the entry its number, the hash of the entry before it and its own
(`migrations/0002_chain.py`; what the hash covers is in `audit/canonical.py`). So every way of
inserting is chained, and nothing that was inserted can be changed.
"""

from django.conf import settings
from django.db import models

from audit.canonical import ExactDecoder

# Neither holds a line break: the lines of what is hashed cannot be shifted into one another.
CHAIN = r"^[a-z_]+:[0-9a-zA-Z-]+$"
ACTION = r"^[a-z_]+$"


class Entry(models.Model):
    """One line of the trail. Append-only by trigger: UPDATE, DELETE and TRUNCATE are refused."""

    chain = models.CharField(max_length=80, help_text="What is followed, for example application:12")
    sequence = models.PositiveBigIntegerField(editable=False, help_text="1, 2, 3 … within the chain")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=60)
    data = models.JSONField(
        decoder=ExactDecoder, help_text="Ids and names of changed fields; never clinical text"
    )
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["chain", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="audit_entry_sequence_once"),
            models.CheckConstraint(
                condition=models.Q(chain__regex=CHAIN), name="audit_entry_chain_is_kind_and_id"
            ),
            models.CheckConstraint(
                condition=models.Q(action__regex=ACTION), name="audit_entry_action_is_a_word"
            ),
        ]


class Head(models.Model):
    """Where a chain ends. Changed only by the trigger that appends an entry; it carries the lock."""

    chain = models.CharField(max_length=80, primary_key=True)
    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
