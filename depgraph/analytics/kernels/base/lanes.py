"""512 scenarios side by side, one bit each: a vector type for compiled kernels.

From a loop over 8 words LLVM makes gathers; a vector type of its own keeps the 8 words in
one register (AVX-512), two (AVX2) or four (SSE, NEON). Apart from `rows`, these names work
in compiled code only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # llvmlite has no types
from numba.core import types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numpy.typing import NDArray

from depgraph.analytics.kernels.base.bundles import BundleType
from depgraph.analytics.kernels.base.jit import inlined

Bare = TypeVar("Bare")

Code: TypeAlias = tuple[Any, Callable[..., Any]]
"""A signature, and what builds the instructions for it."""

LANES: Final = 512
WORDS: Final = LANES // 64

Rows: TypeAlias = NDArray[np.uint64]
"""uint64[k, 8], aligned to 64 bytes: k rows of 512 scenarios, as `rows` makes them."""

Sums: TypeAlias = NDArray[np.int64]
"""int64[8 k], aligned likewise."""

_BYTES: Final = LANES // 8
_NAMED: Final[Any] = types.BaseNamedTuple
_VECTOR: Final = ir.VectorType(ir.IntType(64), WORDS)


def rows(count: int) -> Rows:
    """Return `count` rows of zeros."""
    raw = np.zeros((count + 1) * _BYTES, dtype=np.uint8)
    start = -raw.ctypes.data % _BYTES
    return raw[start : start + count * _BYTES].view(np.uint64).reshape(count, WORDS)


class Lanes(types.Type):
    """The type of one row in a register."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


@register_model(Lanes)
class _Register(models.PrimitiveModel):
    def __init__(self, manager: object, front: Lanes) -> None:
        super().__init__(manager, front, _VECTOR)  # type: ignore[no-untyped-call]  # numba leaves it untyped


_LANES: Final = Lanes()


def _pointers(_: object, value: types.Type) -> Code:
    if isinstance(value, BundleType):
        return Fields(value.of)(value), lambda _, __, ___, args: args[0]
    if isinstance(value, Fields):
        return value(value), lambda _, __, ___, args: args[0]

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _without_lengths(context, builder, signature.args[0], args[0])

    return _bare(value)(value), code


def _bare(of: Any) -> Any:
    """Return the type that `pointers` makes of one."""
    if isinstance(of, types.Array):
        return types.CPointer(of.dtype)  # type: ignore[no-untyped-call]  # numba leaves it untyped
    if isinstance(of, _NAMED):
        return of.from_types([_bare(each) for each in of.types], of.instance_class)
    return of


def _without_lengths(context: Any, builder: Any, of: Any, value: Any) -> Any:
    """Return the value that `pointers` makes of one."""
    if isinstance(of, types.Array):
        return context.make_array(of)(context, builder, value).data
    if isinstance(of, _NAMED):
        fields = [
            _without_lengths(context, builder, each, builder.extract_value(value, at))
            for at, each in enumerate(of.types)
        ]
        return context.make_tuple(builder, _bare(of), fields)
    return value


class Fields(types.Type):
    """The type of the fields of a bundle: they are read where they are used, and one address is passed on."""

    def __init__(self, of: Any) -> None:
        self.of = of
        super().__init__(name=f"Fields({of})")

    @property
    def key(self) -> Any:
        """Return what tells it from others, as that of a bundle does."""
        return self.of


@register_model(Fields)
class _Table(models.OpaqueModel):
    pass


@infer_getattr
class _TypeOfField(AttributeTemplate):
    key = Fields

    def generic_resolve(self, fields: Any, name: str) -> Any:  # type: ignore[override]  # with the types of numba
        """Return the type of a field, or None if there is no such field."""
        of = fields.of
        return _field(of.types[of.fields.index(name)]) if name in of.fields else None


def _field(of: Any) -> Any:
    """Return the type of a field that is read from a table."""
    return Fields(of) if isinstance(of, _NAMED) else _bare(of)


def _width(of: Any) -> int:
    """Return how many places of a table a field takes."""
    return sum(map(_width, of.types)) if isinstance(of, _NAMED) else 1


@lower_getattr_generic(Fields)  # type: ignore[no-untyped-call,untyped-decorator]  # numba leaves it untyped
def _read(context: Any, builder: Any, fields: Fields, table: Any, name: str) -> Any:
    """Return a field."""
    position = fields.of.fields.index(name)
    of = fields.of.types[position]
    place = ir.IntType(64)(sum(map(_width, fields.of.types[:position])))
    address = builder.gep(builder.bitcast(table, ir.IntType(64).as_pointer()), [place])
    if isinstance(of, _NAMED):
        return builder.bitcast(address, context.get_value_type(_field(of)))
    word = builder.load(address)
    # Nobody writes to a table, so that a loop need not read it again.
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    if isinstance(of, types.Array):
        return builder.inttoptr(word, context.get_value_type(_bare(of)))
    return context.cast(builder, word, types.int64, of)


def _address(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Return where the args[1]-th eight words from pointer args[0] are."""
    eights = context.cast(builder, args[1], signature.args[1], types.uintp)
    word = builder.gep(args[0], [builder.mul(eights, ir.Constant(eights.type, 8))])
    return builder.bitcast(word, _VECTOR.as_pointer())


def _load(_: object, rows: types.Type, row: types.Type) -> Code:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        value = builder.load(_address(context, builder, signature, args))
        value.align = _BYTES
        return value

    return _LANES(rows, row), code


def _store(_: object, rows: types.Type, row: types.Type, lanes: types.Type) -> Code:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        stored = builder.store(args[2], _address(context, builder, signature, args))
        stored.align = _BYTES
        return context.get_dummy_value()

    return types.none(rows, row, lanes), code


def _add_where(_: object, sums: types.Type, eighth: types.Type, chosen: types.Type, amount: types.Type) -> Code:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first = _address(context, builder, signature, args)
        word = context.cast(builder, args[2], chosen, types.uint64)
        everywhere = _everywhere(builder, context.cast(builder, args[3], amount, types.int64))
        for byte in range(8):
            bits = builder.trunc(builder.lshr(word, ir.Constant(word.type, 8 * byte)), ir.IntType(8))
            mask = builder.bitcast(bits, ir.VectorType(ir.IntType(1), 8))
            address = builder.gep(first, [ir.IntType(32)(byte)])
            before = builder.load(address)
            stored = builder.store(builder.select(mask, builder.add(before, everywhere), before), address)
            before.align = stored.align = _BYTES
        return context.get_dummy_value()

    return types.none(sums, eighth, chosen, amount), code


def _constant(word: int) -> Callable[[object], Code]:
    def typed(_: object) -> Code:
        return _LANES(), lambda *_: ir.Constant(_VECTOR, [word] * WORDS)

    return typed


def _repeated(_: object, word: types.Type) -> Code:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _everywhere(builder, context.cast(builder, args[0], signature.args[0], types.uint64))

    return _LANES(word), code


def _everywhere(builder: Any, word: Any) -> Any:
    """Return a vector of eight times a word."""
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), word, ir.IntType(32)(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), WORDS), [0] * WORDS))


def _numbered(_: object) -> Code:
    return _LANES(), lambda *_: ir.Constant(_VECTOR, list(range(WORDS)))


def _shifted(_: object, lanes: types.Type, bits: types.Type) -> Code:
    def code(context: Any, builder: Any, _: Any, args: Any) -> Any:
        return builder.lshr(args[0], _everywhere(builder, context.cast(builder, args[1], bits, types.uint64)))

    return _LANES(lanes, bits), code


def _combined(operation: Callable[[Any, Any, Any], Any]) -> Callable[[object, types.Type, types.Type], Code]:
    def typed(_: object, first: types.Type, second: types.Type) -> Code:
        return _LANES(first, second), lambda _, builder, __, args: operation(builder, *args)

    return typed


def _is_any(_: object, lanes: types.Type) -> Code:
    def code(_: Any, builder: Any, __: Any, args: Any) -> Any:
        whole = ir.IntType(LANES)
        return builder.icmp_unsigned("!=", builder.bitcast(args[0], whole), ir.Constant(whole, 0))

    return types.boolean(lanes), code


def _counting(name: str) -> Callable[[object, types.Type], Code]:
    def typed(_: object, word: types.Type) -> Code:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            value = context.cast(builder, args[0], signature.args[0], types.uint64)
            counted = builder.ctpop(value) if name == "ctpop" else builder.cttz(value, ir.IntType(1)(0))
            return context.cast(builder, counted, types.uint64, types.int64)

        return types.int64(word), code

    return typed


def _variable(_: object, number: types.Type) -> Code:
    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.cast(builder, args[0], signature.args[0], types.int64)

    return types.int64(number), code


def _operation(typed: Callable[..., Code]) -> Any:
    return intrinsic(typed)


pointers: Final[Callable[[Bare], Bare]] = _operation(_pointers)
"""Return an array without its length, or a named tuple, nested ones too, in which arrays have none.

Passing it on costs nothing, where the references to each array are counted. Of a bundle it returns the fields, which
are read where they are used: one address is passed on, and there is less to compile.
"""
variable: Final[Callable[[int | np.integer[Any]], int]] = _operation(_variable)
"""Return a number as int64, also a literal one: for a literal or an int32 a function is compiled once more."""
load: Final[Callable[[Rows, int], Lanes]] = _operation(_load)
"""Return a row."""
store: Final[Callable[[Rows, int, Lanes], None]] = _operation(_store)
"""Set a row."""
none: Final[Callable[[], Lanes]] = _operation(_constant(0))
"""Return a row with no scenario in it."""
every: Final[Callable[[], Lanes]] = _operation(_constant((1 << 64) - 1))
"""Return a row with all scenarios in it."""
either: Final[Callable[[Lanes, Lanes], Lanes]] = _operation(_combined(lambda builder, a, b: builder.or_(a, b)))
both: Final[Callable[[Lanes, Lanes], Lanes]] = _operation(_combined(lambda builder, a, b: builder.and_(a, b)))
differ: Final[Callable[[Lanes, Lanes], Lanes]] = _operation(_combined(lambda builder, a, b: builder.xor(a, b)))
without: Final[Callable[[Lanes, Lanes], Lanes]] = _operation(
    _combined(lambda builder, a, b: builder.and_(a, builder.not_(b)))
)
"""Return the scenarios of the first that are not in the second."""
repeated: Final[Callable[[np.uint64], Lanes]] = _operation(_repeated)
"""Return a row of eight times the same word."""
numbered: Final[Callable[[], Lanes]] = _operation(_numbered)
"""Return a row of the words 0 to 7."""
plus: Final[Callable[[Lanes, Lanes], Lanes]] = _operation(_combined(lambda builder, a, b: builder.add(a, b)))
times: Final[Callable[[Lanes, Lanes], Lanes]] = _operation(_combined(lambda builder, a, b: builder.mul(a, b)))
"""Add, multiply word by word, modulo 2^64."""
shifted: Final[Callable[[Lanes, int], Lanes]] = _operation(_shifted)
"""Shift each word to the right."""
is_any: Final[Callable[[Lanes], bool]] = _operation(_is_any)
"""Say whether any scenario is in a row."""
add_where: Final[Callable[[Sums, int, int, int], None]] = _operation(_add_where)
"""Add an amount to those of 64 sums, from the i-th eight on, whose bit is set in a word."""
ones: Final[Callable[[np.uint64], int]] = _operation(_counting("ctpop"))
"""Return how many bits of a word are set."""
lowest: Final[Callable[[np.uint64], int]] = _operation(_counting("cttz"))
"""Return which bit of a word is the lowest one set, 64 if none is."""


@inlined
def set_bit(rows: Rows, row: int, lane: int) -> None:
    """Put a scenario in a row; rows are pointers here and below, and lanes may go on in later rows."""
    rows[row * WORDS + (lane >> 6)] |= np.uint64(1) << np.uint64(lane & 63)


@inlined
def clear_bit(rows: Rows, row: int, lane: int) -> None:
    """Take a scenario out of a row."""
    rows[row * WORDS + (lane >> 6)] &= ~(np.uint64(1) << np.uint64(lane & 63))


@inlined
def has_bit(rows: Rows, row: int, lane: int) -> bool:
    """Say whether a scenario is in a row."""
    return bool((rows[row * WORDS + (lane >> 6)] >> np.uint64(lane & 63)) & np.uint64(1))
