"""The other systems of the hospital, whom they act for, and where they are told what happened."""

from api.models.client import Client, ClientSecret, Mandate
from api.models.webhook import Delivery, Endpoint

__all__ = ["Client", "ClientSecret", "Delivery", "Endpoint", "Mandate"]
