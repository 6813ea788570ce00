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


class Anchor(models.Model):
    """Where the trail stood on one day (audit/anchors.py). Append-only by trigger, which fills in everything
    but the day and the time."""

    number = models.PositiveBigIntegerField(primary_key=True, help_text="1, 2, 3 … without a gap")
    day = models.DateField(unique=True)
    at = models.DateTimeField()
    chains = models.PositiveBigIntegerField(help_text="How many chains there were")
    entries = models.PositiveBigIntegerField(help_text="How many entries they held together")
    moved = models.PositiveBigIntegerField(help_text="How many had grown since the anchor before")
    heads_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]


class AnchoredHead(models.Model):
    """Where one chain ended when it was anchored. Written by the trigger that makes the anchor, never
    changed."""

    pk = models.CompositePrimaryKey("chain", "sequence")
    chain = models.CharField(max_length=80)
    sequence = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, related_name="heads")
