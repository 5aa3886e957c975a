"""Bundles: named tuples of arrays that a kernel gets as one address, which takes little to compile and to pass.

For each array of an argument a kernel has code that takes it from Python, checks it and counts references to it: with
sixty of them this takes longer to compile than all that the kernel does.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numba.core import types
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox

Bare = TypeVar("Bare")


class Bundle:
    """A named tuple, and where its fields are: eight bytes for each, those of named tuples in it in their place."""

    def __init__(self, of: Any) -> None:
        self.of = of
        key = _key(of)
        if key not in _TYPES:
            _TYPES[key] = BundleType(_type(of))
        self.type = _TYPES[key]
        self.table = np.array(list(_fields(of)), dtype=np.int64)
        self.address = self.table.ctypes.data

    def __getattr__(self, name: str) -> Any:
        """Return a field of the named tuple."""
        return getattr(self.of, name)


class BundleType(types.Type):
    """The type of a bundle, known by that of its named tuple."""

    def __init__(self, of: Any) -> None:
        self.of = of
        super().__init__(name=f"Bundle({of})")

    @property
    def key(self) -> Any:
        """Return what tells it from others: two classes of named tuples may have one name."""
        return self.of


_TYPES: Final[dict[Any, BundleType]] = {}


@register_model(BundleType)
class _Address(models.OpaqueModel):
    pass


@typeof_impl.register(Bundle)
def _typeof(value: Bundle, _: object) -> BundleType:
    return value.type


@unbox(BundleType)  # type: ignore[no-untyped-call,untyped-decorator]  # likewise
def _unboxed(_: object, value: Any, c: Any) -> Any:
    address = c.pyapi.object_getattr_string(value, "address")
    found = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(found, is_error=c.pyapi.c_api_error())  # type: ignore[no-untyped-call]  # likewise


def bundled(of: Bare) -> Bare:
    """Return a named tuple for kernels, which read it with `depgraph.analytics.kernels.base.lanes.pointers`.

    In Python it is used as before. Its arrays must lie in one piece.
    """
    return cast("Bare", Bundle(of))


def _key(of: Any) -> Any:
    """Return what decides the type of a named tuple; numba takes a millisecond to say it."""
    return type(of), *(
        (field.dtype, field.ndim)
        if isinstance(field, np.ndarray)
        else _key(field)
        if isinstance(field, tuple)
        else type(field)
        for field in of
    )


def _type(of: Any) -> Any:
    """Return the type of a named tuple, arrays that may not be written to like others: one kernel does for both."""
    fields = [
        types.Array(numba.from_dtype(field.dtype), field.ndim, "C")
        if isinstance(field, np.ndarray)
        else _type(field)
        if isinstance(field, tuple)
        else numba.typeof(field)  # type: ignore[no-untyped-call]  # likewise
        for field in of
    ]
    return types.BaseTuple.from_types(fields, type(of))  # type: ignore[no-untyped-call]  # likewise


def _fields(of: Any) -> Any:
    """Yield addresses of arrays, and numbers."""
    for field in of:
        if isinstance(field, tuple):
            yield from _fields(field)
        elif isinstance(field, np.ndarray):
            if not field.flags.c_contiguous:
                raise ValueError(f"an array of {type(of).__name__} does not lie in one piece")
            yield field.ctypes.data
        elif isinstance(field, np.uint64):
            yield int(field.view(np.int64))
        else:
            yield int(field)
