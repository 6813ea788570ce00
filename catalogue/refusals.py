"""What a change of the catalogue that did not happen says."""


class CatalogueError(Exception):
    """The catalogue was left as it was; the message says why and what to do, in the reader's language."""


class Stale(CatalogueError):
    """Somebody changed it after the page was drawn."""
