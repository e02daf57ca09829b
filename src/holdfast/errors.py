"""The exceptions that Holdfast raises on purpose.

Everything a user can cause derives from :class:`HoldfastError`; the command line prints its
text and leaves with exit status 2. Anything else is a defect of Holdfast itself.
"""

from __future__ import annotations


class HoldfastError(Exception):
    """Root of every error that a user's file, option or request can cause."""


class UsageProblem(HoldfastError):
    """An option or argument is off.

    Parameters
    ----------
    where : str
        The option or argument, as the user typed it (``--futures``).
    wrong : str
        What is wrong with it.
    mend : str
        What to type instead.
    """

    def __init__(self, where: str, wrong: str, mend: str) -> None:
        self.where = where
        self.wrong = wrong
        self.mend = mend
        super().__init__(f"{where}: {wrong}\n  Mend: {mend}")
