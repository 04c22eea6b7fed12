"""The samples of a prepared folder's split."""
import bisect
import hashlib
import json
import os

import numpy as np

from .errors import ShardError
from .tensors import TensorFile, open_file

try:
    from torch.utils.data import Dataset
except ImportError:
    Dataset = object

MODALITIES = ("visual", "audio", "text")
# A folder has the first three, or, as data for a trained model, the last alone.
SPLITS = ("train", "valid", "test", "predict")
FOLDER_FORMAT = "msa-shards/1"
SHARD_FORMAT = "msa-shard/1"


def sha256(path):
    """The SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with open_file(path) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def path_inside(folder, name, subfolder=None):
    """The path of a file that a manifest names; `ShardError` where the name leads out of the folder.

    Others write manifests too. A link that stands at such a name is followed, as long as it leads to a regular file: `verify`
    checks its digest.
    """
    parts = name.split("/") if isinstance(name, str) else []
    inside = len(parts) == (2 if subfolder else 1) and (not subfolder or parts[0] == subfolder)
    if not inside or parts[-1] in ("", ".", "..") or "\0" in name:
        where = subfolder + "/" if subfolder else "the folder"
        raise ShardError(f"{folder}/manifest.json: {name}: is outside {where}; do not use this folder: its manifest is not "
                         "what msa-prep wrote")
    return os.path.join(folder, *parts)


class Shard:
    """One shard: its ids, labels and rows, of the types and shapes that the manifest says."""

    def __init__(self, path, record, manifest):
        self.file = TensorFile(path)
        found = self.file.metadata.get("format")
        if found != SHARD_FORMAT:
            raise ShardError(f"{path}: format: found {found!r}, expected {SHARD_FORMAT!r}")
        try:
            self.ids, names = (json.loads(self.file.metadata[key]) for key in ("ids", "label_names"))
        except (KeyError, TypeError, ValueError):
            raise ShardError(f"{path}: its metadata lack ids or label_names") from None
        if names != manifest["label_names"]:
            raise ShardError(f"{path}: label_names: are {names}, expected {manifest['label_names']} as in manifest.json")
        if record.get("samples", len(self.ids)) != len(self.ids):
            raise ShardError(f"{path}: has {len(self.ids)} samples, expected {record['samples']} as in manifest.json")
        self.file.require("labels", (len(self.ids), len(names)), ("F32",))
        self.labels = self.file.floats("labels")
        self.modalities = [m for m in MODALITIES if m in self.file]
        if self.modalities != [m for m in MODALITIES if m in manifest["modalities"]]:
            raise ShardError(f"{path}: has the modalities {self.modalities}, expected those of manifest.json")
        stated = record.get("rows", {})
        for m in self.modalities:
            known = manifest["modalities"][m]
            rows = stated if isinstance(stated, int) else stated.get(m, (self.file.shape(m) or (0,))[0])
            types = (known["dtype"].upper(),) if "dtype" in known else ("F16", "F32", "BF16")
            self.file.require(m, (rows, known["dim"]), types)
            self.file.require(m + "_mask", (rows,), ("U8",))
            self.file.require(m + "_offsets", (len(self.ids) + 1,), ("I64",))
        self.offsets = {m: self.file.stored(m + "_offsets") for m in self.modalities}
        for modality, offsets in self.offsets.items():
            rows = self.file.shape(modality)[0]
            if len(offsets) != len(self.ids) + 1 or offsets[0] != 0 or offsets[-1] != rows or np.any(np.diff(offsets) < 0):
                raise ShardError(f"{path}: {modality}_offsets: do not divide the rows into samples")

    def sample(self, index):
        sample = {"id": self.ids[index], "labels": self.labels[index].copy()}
        for modality in self.modalities:
            rows = slice(*(int(k) for k in self.offsets[modality][index:index + 2]))
            sample[modality] = self.file.floats(modality, rows)
            sample[modality + "_mask"] = np.array(self.file.stored(modality + "_mask")[rows], bool)
        return sample


class ShardDataset(Dataset):
    """The samples of a split, in the order of the shards; a map-style dataset for torch's DataLoader.

    A sample is a dict: `id`, `labels` float32 [labels], and for each modality m of the folder `m` float32 [rows, width]
    and `m_mask` bool [rows], False where the modality has no frame. Values are NumPy arrays of the caller's own: what is
    written into them stays out of the dataset.

    Names, types, shapes and counts are checked here; `verify` also checks the bytes of the split, `msa-prep verify` all of
    them.
    """

    def __init__(self, folder, split):
        if split not in SPLITS:
            raise ShardError(f"split {split!r}, expected one of {', '.join(SPLITS)}")
        self.folder = os.fspath(folder)
        path = os.path.join(self.folder, "manifest.json")
        if not os.path.exists(path):
            raise ShardError(f"{self.folder}: has no manifest.json: the folder is unfinished or no prepared folder")
        with open_file(path) as file:
            self.manifest = json.load(file)
        if self.manifest.get("format") != FOLDER_FORMAT:
            raise ShardError(f"{path}: format: found {self.manifest.get('format')!r}, expected {FOLDER_FORMAT!r}")
        if split not in self.manifest["splits"]:
            raise ShardError(f"{path}: has no split {split}, expected one of {', '.join(sorted(self.manifest['splits']))}")
        self.split = split
        self.label_names = self.manifest["label_names"]
        self.widths = {m: self.manifest["modalities"][m]["dim"] for m in MODALITIES if m in self.manifest["modalities"]}
        self._shards = [Shard(self._shard_path(record), record, self.manifest)
                        for record in self.manifest["splits"][split]["shards"]]
        self._ends = np.cumsum([len(s.ids) for s in self._shards], dtype=int).tolist()

    def __len__(self):
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, index):
        index = int(index)
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        shard = bisect.bisect_right(self._ends, index)
        return self._shards[shard].sample(index - (self._ends[shard - 1] if shard else 0))

    @property
    def scalers_sha256(self):
        """What the manifest says about the scalers that the values were scaled with."""
        return self.manifest["scalers"]["sha256"]

    def verify(self):
        """Raises `ShardError` where a shard of this split or the scalers differ from the manifest."""
        scalers = self.manifest["scalers"]
        records = [(self._shard_path(r), r) for r in self.manifest["splits"][self.split]["shards"]]
        for path, record in [*records, (path_inside(self.folder, scalers["file"]), scalers)]:
            found = sha256(path)
            if found != record["sha256"]:
                raise ShardError(f"{path}: has SHA-256 {found}, expected {record['sha256']} as in manifest.json; "
                                 "the file is damaged: prepare the folder again")

    def _shard_path(self, record):
        return path_inside(self.folder, record["file"], "shards")

    @property
    def ids(self):
        """The sample ids in order."""
        return [i for s in self._shards for i in s.ids]


def pool(rows, mask):
    """The mean of the rows [rows, width] that have a frame; zeros, the train median, where none has."""
    kept = rows[mask]
    return kept.mean(0, dtype=np.float64).astype(np.float32) if len(kept) else np.zeros(rows.shape[1], np.float32)


def model_inputs(samples, names, widths, max_rows=None):
    """The inputs of a model, by these names, for some samples: a dict of float32 arrays.

    A modality m is one vector a sample, [samples, widths[m]], the mean of its rows; where the names hold `m_mask`, it is
    the sample's last `max_rows` rows, [samples, longest, widths[m]], zeros behind each sample's end, and `m_mask`
    [samples, longest] is 1 where a row exists and has a frame, else 0. Missing and narrower modalities are filled up with
    zeros; a wider one is a `ShardError`.
    """
    result = {}
    for m in MODALITIES:
        if m not in names:
            continue
        widest = max((s[m].shape[1] for s in samples if m in s), default=0)
        if widest > widths[m]:
            raise ShardError(f"{m}: has {widest} columns, expected {widths[m]} at most, as the model was trained with")
        if m + "_mask" not in names:
            vectors = np.zeros((len(samples), widths[m]), np.float32)
            for index, sample in enumerate(samples):
                if m in sample:
                    vectors[index, :sample[m].shape[1]] = pool(sample[m], sample[m + "_mask"])
            result[m] = vectors
            continue
        last = slice(-max_rows if max_rows else None, None)
        kept = [(s[m][last], s[m + "_mask"][last]) if m in s else (np.zeros((0, 0)), []) for s in samples]
        longest = max([1] + [len(rows) for rows, _ in kept])
        result[m] = np.zeros((len(samples), longest, widths[m]), np.float32)
        result[m + "_mask"] = np.zeros((len(samples), longest), np.float32)
        for index, (rows, mask) in enumerate(kept):
            result[m][index, :len(rows), :rows.shape[1]] = rows
            result[m + "_mask"][index, :len(rows)] = mask
    return result
