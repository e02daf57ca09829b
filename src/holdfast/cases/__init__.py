"""Cases from files: find them, read them, check them whole, put them together.

A case is a folder. Each part is one file (``states.yaml``) or a folder of files of the same kind
(``ledger/``); the model's own tables lie beside the cases in the library. All that is wrong with
any of the files is reported at once.
"""

from __future__ import annotations

from holdfast.cases.loading import load_arrangement, load_case, load_settlement, read_document
from holdfast.cases.overlaying import OVERLAID
from holdfast.cases.shelf import MODELS, Document, is_folder, library, packaged_cases

__all__ = [
    "MODELS",
    "OVERLAID",
    "Document",
    "is_folder",
    "library",
    "load_arrangement",
    "load_case",
    "load_settlement",
    "packaged_cases",
    "read_document",
]
