"""Writes and reads safetensors files by their specification, without the package of that name."""

import json
import struct

import numpy

TYPES = {"float32": "F32", "float64": "F64", "float16": "F16", "int64": "I64"}


def bfloat16(values):
    """The upper halves of floats that are such already, marked as bfloat16."""
    bits = numpy.ascontiguousarray(values, numpy.float32).view(numpy.uint32)
    assert not (bits & 0xFFFF).any(), "not of bfloat16's precision"
    return "BF16", (bits >> 16).astype(numpy.uint16)


def write(path, tensors):
    """Writes arrays, or what bfloat16 has made, by their names."""
    header, data = {}, b""
    for name, values in tensors.items():
        kind, array = values if isinstance(values, tuple) else (TYPES[str(values.dtype)], values)
        piece = numpy.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(piece)]}
        data += piece
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path):
    """Arrays of F32 and I64 by their names."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    tensors = {}
    for name, entry in json.loads(content[8:8 + length]).items():
        if name != "__metadata__":
            kind = {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = numpy.frombuffer(content[start:end], kind).reshape(entry["shape"])
    return tensors
