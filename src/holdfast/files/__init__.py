"""Files in and out: reading, checking against models, versions, schema, writing.

The way of a file is :func:`holdfast.files.reading.read` (bytes to a tree of nodes that know their
line), :func:`holdfast.files.formats.headed` (kind and version), and
:func:`holdfast.files.checking.build` (tree to model). Each raises
:class:`holdfast.files.problems.FileProblems`, which holds all that is wrong at once.
"""
