"""Clients: who they are, their tokens, their pages."""
