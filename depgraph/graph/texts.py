"""Texts at rest: columns and a table of texts that lie in memory as bytes, and are decoded when looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_END: Final = "\0"
"""Follows each text, so that many are parted at once; a text may hold it all the same: offsets say where each ends."""

_OFTEN: Final = 4
"""A column whose texts occur so often on average is kept as a dictionary and codes."""

_SAMPLE: Final = 4_096
"""How many rows are looked at to see how often texts occur."""

_FEW: Final = 16
"""Where less than a sixteenth of the texts is looked at, they are decoded one by one."""


class Texts:
    """A column of texts that is not decoded before somebody looks at it.

    It is read as the columns of NumPy's texts are: by position, slice, mask and comparison; whatever else
    NumPy does with such a column is done with the decoded one.

    Parameters
    ----------
    blob : uint8[b]
        The different texts in UTF-8, each followed by one byte that is zero.
    offsets : uint32 or uint64[u + 1]
        Where each of them begins.
    codes : unsigned or None
        Which of them each row holds, and they are sorted; None: each row has its own, in order.

    """

    __hash__ = None  # type: ignore[assignment]  # as an array: equal is a column, not a truth
    __slots__ = ("_blob", "_codes", "_decoded", "_offsets")

    def __init__(self, blob: NDArray[Any], offsets: NDArray[Any], codes: NDArray[Any] | None = None) -> None:
        self._blob, self._offsets, self._codes = blob, offsets, codes
        self._decoded: NDArray[Any] | None = None

    @property
    def dtype(self) -> np.dtypes.StringDType:
        """That of the decoded column."""
        return np.dtypes.StringDType()

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self)

    @property
    def parts(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
        """What it is made of."""
        return self._blob, self._offsets, self._codes

    def __len__(self) -> int:
        return len(self._offsets) - 1 if self._codes is None else len(self._codes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tolist())

    def __getitem__(self, key: Any) -> Any:
        if self._decoded is not None:
            return self._decoded[key]
        if isinstance(key, int | np.integer):
            at = int(key) if self._codes is None else self._codes.item(key)
            return self._at(at if at >= 0 else len(self) + at)
        if isinstance(key, list):
            key = np.asarray(key, dtype=None if key else np.intp)
        which = self._codes[key] if self._codes is not None else None
        if which is not None:
            which = which.astype(np.intp)
        first, last = (self._offsets[ends][key if which is None else which] for ends in (slice(-1), slice(1, None)))
        if first.size * _FEW > len(self._offsets):
            return self._all()[key]
        chosen = [self._text(*ends) for ends in zip(first.ravel().tolist(), last.ravel().tolist(), strict=True)]
        return np.array(chosen, dtype=self.dtype).reshape(first.shape)

    def __eq__(self, other: object) -> Any:
        if isinstance(other, str) and self._codes is not None and self._decoded is None:
            code = bisect_left(range(len(self._offsets) - 1), other, key=self._at)
            known = code < len(self._offsets) - 1 and self._at(code) == other
            return self._codes == code if known else np.zeros(len(self), dtype=np.bool_)
        return self._all() == (other._all() if isinstance(other, Texts) else other)

    def __ne__(self, other: object) -> Any:
        return ~(self == other)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: FBT001 - NumPy's protocol
        found = self._all() if dtype is None else self._all().astype(dtype, copy=False)
        return found.copy() if copy else found

    def astype(self, dtype: Any, *, copy: bool = True) -> NDArray[Any]:
        """Return the decoded column as another type."""
        return self._all().astype(dtype, copy=copy)

    def copy(self) -> NDArray[Any]:
        """Return the decoded column, to be changed."""
        return self._all().copy()

    def tolist(self) -> list[str]:
        """Return the texts of all rows."""
        if self._codes is None and self._decoded is None:
            return self._different()
        found: list[str] = self._all().tolist()
        return found

    def _at(self, code: int) -> str:
        if code < 0:
            raise IndexError(code)
        # Many a question asks for hundreds of texts, one by one: `item` is the quickest, and knows the end.
        return self._text(self._offsets.item(code), self._offsets.item(code + 1))

    def _text(self, first: int, last: int) -> str:
        return self._blob[first : last - 1].tobytes().decode()

    def _different(self) -> list[str]:
        written = self._blob.tobytes()
        count = len(self._offsets) - 1
        found = written.decode().split(_END)
        if len(found) == count + 1:
            return found[:-1]
        return [written[first : last - 1].decode() for first, last in pairwise(self._offsets.tolist())]

    def _all(self) -> NDArray[Any]:
        if self._decoded is None:
            different = np.array(self._different(), dtype=self.dtype)
            self._decoded = different if self._codes is None else different[self._codes]
            self._decoded.flags.writeable = False
        return self._decoded


class TextMap(Mapping[str, str]):
    """A table from texts to texts at rest; its keys are sorted."""

    __slots__ = ("_keys", "_values")

    def __init__(self, keys: Texts, values: Texts) -> None:
        self._keys, self._values = keys, values

    def __getitem__(self, key: str) -> str:
        at = bisect_left(range(len(self._keys)), key, key=self._keys.__getitem__)
        if at < len(self._keys) and self._keys[at] == key:
            return str(self._values[at])
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def items(self) -> Any:
        """Return the pairs, by key; all are decoded at once."""
        return dict(zip(self._keys.tolist(), self._values.tolist(), strict=True)).items()


def at_rest(texts: Sequence[str]) -> Texts:
    """Return texts as a column of bytes: a dictionary where most occur often.

    Examples
    --------
    >>> column = at_rest(["b", "", "b", "a", "b", "b", "", "a", "a", "b", "b", "b", "b"])
    >>> column[3], column[[0, 1]].tolist(), (column == "a").nonzero()[0].tolist()
    ('a', ['b', ''], [3, 7, 8])

    """
    some = texts[:: len(texts) // _SAMPLE + 1]
    if len(dict.fromkeys(some)) * _OFTEN > len(some):
        return Texts(*_packed(texts))
    known = sorted(dict.fromkeys(texts))
    place = {text: at for at, text in enumerate(known)}
    codes = np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))
    return Texts(*_packed(known), codes.astype(np.min_scalar_type(max(len(known) - 1, 0))))


def _packed(texts: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    joined = _END.join([*texts, ""])
    written = joined.encode()
    sizes = map(len, texts) if len(written) == len(joined) else (len(text.encode()) for text in texts)
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(sizes, np.int64, len(texts)) + 1, out=offsets[1:])
    wide = np.uint32 if len(written) < 1 << 32 else np.uint64
    return np.frombuffer(written, dtype=np.uint8), offsets.astype(wide)
