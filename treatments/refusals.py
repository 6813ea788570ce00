"""What an action that did not happen says; the words are the same as below, in `accounts`."""

from accounts.refusals import AlreadyDone, Refused, Shortcoming, Stale

__all__ = ["AlreadyDone", "Refused", "Shortcoming", "Stale"]
