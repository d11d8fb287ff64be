"""Check, before loading, that an ONNX file is only a feed-forward network.

ONNX can hold loops, functions, operators of anybody's own, weights in other files, and shapes that
fill all memory. A gait needs none of it: numbers come in as rows, pass through layers, and go out.
This reads the file's bytes itself (protobuf's wire format, github.com/onnx/onnx onnx.proto) and
refuses all else, so that running a network takes little time and memory whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

OPERATORS = frozenset(
    (
        *("Abs", "Add", "BatchNormalization", "Cast", "Celu", "Clip"),
        *("Constant", "Div", "Dropout", "Elu", "Erf", "Exp"),
        *("Flatten", "Gelu", "Gemm", "HardSigmoid", "HardSwish", "Identity"),
        *("LayerNormalization", "LeakyRelu", "Log", "MatMul", "Max", "Min"),
        *("Mish", "Mul", "Neg", "PRelu", "Pow", "Reciprocal"),
        *("ReduceMean", "Relu", "Selu", "Sigmoid", "Softmax", "Softplus"),
        *("Softsign", "Sqrt", "Sub", "Swish", "Tanh", "ThresholdedRelu"),
    )
)
"""What the layers of a feed-forward network are made of; none makes more of its inputs' sizes."""
MOST_NODES = 256
WIDEST = 2048  # of a layer
_OF_CONSTANTS = ("Constant", "Cast", "Identity")  # what may be computed from constants alone
_FLOATS = {1: np.dtype("<f4"), 10: np.dtype("<f2"), 11: np.dtype("<f8")}  # TensorProto.DataType


class NotFeedForwardError(Exception):
    """The file is not a feed-forward network; the message says what it contains."""


def check_feed_forward(data: bytes) -> None:
    """Refuse a file that is not a feed-forward network, or is too large.

    Raises:
        NotFeedForwardError: saying why.
    """
    model = _Message(data)
    graphs = list(model.parts(7))
    if len(graphs) != 1:
        raise NotFeedForwardError("not a network in ONNX format")
    if model.has(25) or model.has(20):
        raise NotFeedForwardError("it has functions or training of its own")
    (graph,) = graphs
    if graph.has(15):
        raise NotFeedForwardError("it has sparse weights")
    constants = {_check_tensor(tensor) for tensor in graph.parts(5)}
    nodes = list(graph.parts(1))
    if len(nodes) > MOST_NODES:
        raise NotFeedForwardError(f"it has {len(nodes)} operators, more than {MOST_NODES}")
    for node in nodes:
        _check_node(node, constants)


def _check_node(node: _Message, constants: set[str]) -> None:
    kind, domain = node.text(4), node.text(7)
    if domain not in ("", "ai.onnx"):
        raise NotFeedForwardError(f"it has an operator of {domain[:40]!r}, {kind[:40]!r}")
    if kind not in OPERATORS:
        raise NotFeedForwardError(
            f"it has the operator {kind[:40]!r}; allowed are {', '.join(sorted(OPERATORS))}"
        )
    for attribute in node.parts(5):
        if attribute.has(6) or attribute.has(11) or attribute.has(22) or attribute.has(23):
            raise NotFeedForwardError(f"its {kind} holds a network or sparse weights")
        for tensor in (*attribute.parts(5), *attribute.parts(10)):
            _check_tensor(tensor)
        if sum(map(len, attribute.raw(7))) > 4 * WIDEST or len(attribute.numbers(8)) > WIDEST:
            raise NotFeedForwardError(f"its {kind} holds a row of more than {WIDEST} numbers")
        if kind == "Flatten" and attribute.text(1) == "axis" and attribute.numbers(3) != [1]:
            raise NotFeedForwardError("its Flatten makes other rows")
    given, made = node.texts(1), node.texts(2)
    if all(name in constants for name in given if name):
        if kind not in _OF_CONSTANTS:
            raise NotFeedForwardError(f"its {kind} computes from constants alone")
        constants.update(made)


def _check_tensor(tensor: _Message) -> str:
    """Return the name of a tensor that is small, in the file itself, and of numbers."""
    name = tensor.text(8)
    if tensor.has(13) or any(tensor.numbers(14)):
        raise NotFeedForwardError(f"the weights {name[:40]!r} are in another file")
    shape = tensor.numbers(1)
    if len(shape) > 2 or any(size > WIDEST for size in shape):
        raise NotFeedForwardError(
            f"the weights {name[:40]!r} have the shape {shape[:6]}; a layer has at most {WIDEST}"
        )
    kind = _FLOATS.get(next(iter(tensor.numbers(2)), 0))
    for field, form in ((9, kind), (4, _FLOATS[1]), (10, _FLOATS[11])):
        for raw in tensor.raw(field):
            if form is None:
                continue  # whole numbers
            if len(raw) % form.itemsize or np.isnan(np.frombuffer(raw, form)).any():
                raise NotFeedForwardError(f"the weights {name[:40]!r} hold what is no number")
    return name


class _Message:
    """A message of protobuf: its fields by number, each a whole number or bytes, in order.

    Raises:
        NotFeedForwardError: it is none.
    """

    def __init__(self, data: bytes) -> None:
        self._all = list(_fields(data))

    def has(self, number: int) -> bool:
        return any(found == number for found, _ in self._all)

    def raw(self, number: int) -> list[bytes]:
        return [value for found, value in self._all if found == number and type(value) is bytes]

    def parts(self, number: int) -> Iterator[_Message]:
        for data in self.raw(number):
            yield _Message(data)

    def texts(self, number: int) -> list[str]:
        return [data.decode("utf-8", "replace") for data in self.raw(number)]

    def text(self, number: int) -> str:
        return (self.texts(number) or [""])[-1]

    def numbers(self, number: int) -> list[int]:
        """Return whole numbers, packed or one by one."""
        found: list[int] = []
        for field, value in self._all:
            if field == number and isinstance(value, int):
                found.append(value)
            elif field == number and isinstance(value, bytes):
                at = 0
                while at < len(value):
                    one, at = _varint(value, at)
                    found.append(one)
        return found


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, form = key >> 3, key & 7
        if form == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if form == 2:
            size, at = _varint(data, at)
        elif form in (1, 5):
            size = 8 if form == 1 else 4
        else:
            raise NotFeedForwardError("not a network in ONNX format")
        if number == 0 or at + size > len(data):
            raise NotFeedForwardError("not a network in ONNX format")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the whole number that begins at `at`, and where the next thing begins."""
    value = 0
    for i in range(10):
        if at + i >= len(data):
            break
        byte = data[at + i]
        value |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return value, at + i + 1
    raise NotFeedForwardError("not a network in ONNX format")
