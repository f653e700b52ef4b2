"""Every change of state of the catalogue: one function is one complete change, none commits."""

from lms.core.catalogue.actions.publishing import ALPHABET, Kind, Prepared, PublishError, new_code, prepare, publish

__all__ = ["ALPHABET", "Kind", "Prepared", "PublishError", "new_code", "prepare", "publish"]
