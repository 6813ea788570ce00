"""What the doors for machines keep: answers, the other systems, where those are told what happened."""

from api.models.answer import Answer
from api.models.client import Client, ClientSecret, Mandate
from api.models.webhook import Delivery, Endpoint

__all__ = ["Answer", "Client", "ClientSecret", "Delivery", "Endpoint", "Mandate"]
