"""Webhooks: telling the clients what happened, as Standard Webhooks says."""
