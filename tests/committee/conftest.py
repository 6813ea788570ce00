from tests.approvals.walk import catalogue
from tests.people import people

__all__ = ["catalogue", "people"]
