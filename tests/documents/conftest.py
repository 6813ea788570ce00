from tests.documents.fixtures import drawn, pki, seal_keys, sealed, tsa_url

__all__ = ["drawn", "pki", "seal_keys", "sealed", "tsa_url"]
