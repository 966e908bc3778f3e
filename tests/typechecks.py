"""Checks at run time that arguments fit their annotations, shapes included; in tests only.

As `beartype.beartype`, but an int is a float (PEP 484's numeric tower), as every type checker and
every caller takes it.
"""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
