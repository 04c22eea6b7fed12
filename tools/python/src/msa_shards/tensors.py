"""Safetensors files as NumPy arrays over a memory map, bfloat16 included (NumPy has no such type of its own)."""
import errno
import hashlib
import json
import math
import os
import stat

import numpy as np

from .errors import ShardError

TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "U8": np.uint8}
BFLOAT16 = "BF16"
LARGEST_HEADER = 100_000_000


def open_file(path):
    """A file opened for reading bytes. A folder, pipe, socket or device in its place is a `ShardError`, at once: a pipe
    that nobody writes to would block the program forever."""
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
        for name, entry in header.items():
            if not self._is_entry(entry):
                raise ShardError(f"{self.path}: {name}: is no description of a tensor")
        self._entries = header
        self._start = 8 + length

    @staticmethod
    def _is_entry(entry):
        def counts(key):
            values = entry.get(key)
            return isinstance(values, list) and all(type(v) is int and v >= 0 for v in values)

        return (isinstance(entry, dict) and isinstance(entry.get("dtype"), str) and counts("shape")
                and counts("data_offsets") and len(entry["data_offsets"]) == 2)

    def check_seal(self):
        """Raises `ShardError` where the file says which digest it has and has another: the SHA-256 of all its bytes, with
        zeros for the digits of the digest itself."""
        stated = self.metadata.get("sha256")
        if stated is None:
            return
        member = f'"sha256":"{stated}"'.encode()
        head = self._bytes[:self._start].tobytes()
        place = head.find(member) + len(member) - 65
        digest = hashlib.sha256(head[:place] + b"0" * 64 + head[place + 64:])
        digest.update(self._bytes[self._start:])
        if len(stated) != 64 or member not in head or digest.hexdigest() != stated:
            raise ShardError(f"{self.path}: sha256: is not the digest of this file: it is damaged, take a copy of it")

    def __contains__(self, name):
        return name in self._entries

    def names(self):
        return list(self._entries)

    def shape(self, name):
        return tuple(self._entry(name)["shape"])

    def require(self, name, shape, dtypes):
        """Raises `ShardError` where a tensor has another shape or type."""
        entry = self._entry(name)
        if tuple(entry["shape"]) != tuple(shape) or entry["dtype"] not in dtypes:
            raise ShardError(f"{self.path}: {name}: is {entry['dtype']} {entry['shape']}, expected "
                             f"{' or '.join(dtypes)} {list(shape)} as in manifest.json")

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
        count = math.prod(entry["shape"])
        if not 0 <= first <= last <= len(self._bytes) - self._start or last - first != count * np.dtype(kind).itemsize:
            raise ShardError(f"{self.path}: {name}: its bytes do not fit its shape or the file")
        return self._bytes[self._start + first:self._start + last].view(kind).reshape(entry["shape"])

    def floats(self, name, rows=slice(None)):
        """Rows of a tensor as float32, a copy."""
        values = self.stored(name)[rows]
        if self._entries[name]["dtype"] == BFLOAT16:
            return (values.astype(np.uint32) << 16).view(np.float32)
        return np.array(values, np.float32)
