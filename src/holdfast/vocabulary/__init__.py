"""Vocabulary: the data models of the field's words, one noun a module.

Nothing here computes; a word is read from a file, checked, and does not change.
"""

from __future__ import annotations
