"""The language of methods, derived columns and rules: read, checked, evaluated plainly, said in an engine's words.

It looks like the conditions of SQL and has no arithmetic, no cast, no parameter and no clock: time enters only by
moments. Null is unknown, never false. One tree, several readers; nothing of a rule is written a second time.
"""

from chitieu.language.reading import Fault, Name, read
from chitieu.language.tree import Expression, Type

__all__ = ("Expression", "Fault", "Name", "Type", "read")
