"""Present: numbers, sentences and tables, made from result documents alone.

Whatever shows a result - command line, brief, workbench - shows it through here, from the saved
document, so that all say the same.
"""

from __future__ import annotations
