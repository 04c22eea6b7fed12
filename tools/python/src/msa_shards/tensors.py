"""Safetensors files as NumPy arrays over a memory map, bfloat16 included (NumPy has no such type of its own)."""
import errno
import json
import os
import stat

import numpy as np

from .errors import ShardError

TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "U8": np.uint8}
BFLOAT16 = "BF16"
LARGEST_HEADER = 100_000_000


def open_file(path):
    """A file opened for reading bytes. A folder, pipe, socket or device in its place is a `ShardError`, at once: a pipe
    that nobody writes to would keep the program for ever."""
    path = os.fspath(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        # A socket cannot be opened at all.
        if error.errno != errno.ENXIO:
            raise
        raise ShardError(f"{path}: is a socket or a device, expected a file") from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device"
        raise ShardError(f"{path}: is {kind}, expected a file")
    os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "rb")


class TensorFile:
    """The tensors of a file by name. Arrays are views of the map: nothing is read before it is used."""

    def __init__(self, path):
        self.path = os.fspath(path)
        with open_file(self.path) as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, LARGEST_HEADER):
                raise ShardError(f"{self.path}: is no safetensors file")
            try:
                header = json.loads(file.read(length))
            except ValueError as error:
                raise ShardError(f"{self.path}: the header is no JSON: {error}") from None
            if not isinstance(header, dict):
                raise ShardError(f"{self.path}: the header is no object")
            self._bytes = np.memmap(file, np.uint8, "r") if size else np.zeros(0, np.uint8)
        self.metadata = header.pop("__metadata__", {})
        self._entries = header
        self._start = 8 + length

    def __contains__(self, name):
        return name in self._entries

    def names(self):
        return list(self._entries)

    def shape(self, name):
        return tuple(self._entry(name)["shape"])

    def _entry(self, name):
        if name not in self._entries:
            raise ShardError(f"{self.path}: {name}: is missing")
        return self._entries[name]

    def stored(self, name):
        """The tensor as it is stored; bfloat16 as its 16 bits."""
        entry = self._entry(name)
        kind = np.uint16 if entry["dtype"] == BFLOAT16 else TYPES.get(entry["dtype"])
        if kind is None:
            raise ShardError(f"{self.path}: {name}: is {entry['dtype']}, expected one of {', '.join(TYPES)}, BF16")
        first, last = entry["data_offsets"]
        count = int(np.prod(entry["shape"], dtype=np.int64))
        if not 0 <= first <= last <= len(self._bytes) - self._start or last - first != count * np.dtype(kind).itemsize:
            raise ShardError(f"{self.path}: {name}: its bytes do not fit its shape or the file")
        return self._bytes[self._start + first:self._start + last].view(kind).reshape(entry["shape"])

    def floats(self, name, rows=slice(None)):
        """Rows of a tensor as float32, a copy."""
        values = self.stored(name)[rows]
        if self._entries[name]["dtype"] == BFLOAT16:
            return (values.astype(np.uint32) << 16).view(np.float32)
        return np.array(values, np.float32)
