import json
import os
import socket

import numpy as np
import pytest
from make_folder import WIDTHS, digest, write

from msa_shards import ShardDataset, ShardError, pool


def test_samples_are_the_rows_of_their_shards(tmp_path):
    values = write(tmp_path)
    train = ShardDataset(tmp_path, "train")
    assert len(train) == 4
    assert train.ids == ["train0[0]", "train0[1]", "train0[2]", "train1[0]"]
    assert train.widths == WIDTHS and train.label_names == ["sentiment", "happy"]
    for m in WIDTHS:
        np.testing.assert_array_equal(train[2][m], values["train", 0, m][3:6])
        np.testing.assert_array_equal(train[3][m], values["train", 1, m])
        assert train[0][m].dtype == np.float32
        assert train[0][m + "_mask"].tolist() == [False, True]
    assert train[-1]["id"] == "train1[0]"
    assert train[1]["labels"].shape == (2,)
    with pytest.raises(IndexError):
        train[4]


def test_what_a_reader_writes_into_a_sample_stays_out_of_the_dataset(tmp_path):
    write(tmp_path)
    train = ShardDataset(tmp_path, "train")
    before = {key: np.copy(value) for key, value in train[0].items()}
    for value in train[0].values():
        if isinstance(value, np.ndarray):
            value[...] = ~value if value.dtype == bool else value + 1
    for key, value in train[0].items():
        np.testing.assert_array_equal(value, before[key])


def test_damaged_bytes_of_the_split_are_found(tmp_path):
    write(tmp_path)
    ShardDataset(tmp_path, "valid").verify()
    path = tmp_path / "shards" / "valid-00000.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    ShardDataset(tmp_path, "train").verify()
    with pytest.raises(ShardError, match="valid-00000.safetensors: has SHA-256"):
        ShardDataset(tmp_path, "valid").verify()


def test_a_sample_without_rows_has_empty_arrays(tmp_path):
    write(tmp_path)
    sample = ShardDataset(tmp_path, "test")[1]
    assert sample["text"].shape == (0, 4)
    assert pool(sample["text"], sample["text_mask"]).tolist() == [0, 0, 0, 0]


def test_pooling_leaves_masked_rows_out():
    rows = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    assert pool(rows, np.array([True, False, True])).tolist() == [3, 4]
    assert pool(rows, np.array([False, False, False])).tolist() == [0, 0]


def test_bfloat16_is_widened(tmp_path):
    write(tmp_path, np.float32)
    path = tmp_path / "shards" / "valid-00000.safetensors"
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + length])
    first, last = header["audio"]["data_offsets"]
    data = np.frombuffer(raw[8 + length:], np.uint8)
    bits = data[first:last].view(np.uint32) >> 16
    # Rebuild the file with the audio tensor as bfloat16 at the end.
    rest = bytearray(data.tobytes())
    header["audio"] = {"dtype": "BF16", "shape": header["audio"]["shape"], "data_offsets": [len(rest), len(rest) + 2 * len(bits)]}
    rest += bits.astype(np.uint16).tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(rest))
    found = ShardDataset(tmp_path, "valid")[1]["audio"]
    np.testing.assert_array_equal(found.ravel(), (bits << 16).view(np.float32)[2:])


@pytest.mark.parametrize("damage, message", [
    (lambda folder: (folder / "manifest.json").unlink(), "unfinished"),
    (lambda folder: (folder / "manifest.json").write_text('{"format": "msa-shards/9"}'), "msa-shards/1"),
    (lambda folder: (folder / "shards" / "train-00000.safetensors").write_bytes(b"x" * 40), "no safetensors"),
    (lambda folder: truncate(folder / "shards" / "train-00000.safetensors"), "do not fit"),
])
def test_what_is_wrong_is_named(tmp_path, damage, message):
    write(tmp_path)
    damage(tmp_path)
    with pytest.raises(ShardError, match=message):
        ShardDataset(tmp_path, "train")[0]


def rewrite(path, change):
    """Writes a shard with a changed header over the same bytes."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + length])
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + raw[8 + length:])


@pytest.mark.parametrize("change", [
    lambda h: h["visual"].update(shape=[h["visual"]["shape"][0] * WIDTHS["visual"], 1]),
    lambda h: h["visual"].update(shape=[1 << 32, 1 << 32]),
    lambda h: h["visual"].update(shape=[0, 1 << 62], data_offsets=[0, 0]),
    lambda h: h["visual"].update(shape=[-1, -3]),
    lambda h: h["visual_mask"].update(dtype="BOOL"),
    lambda h: h["visual_mask"].update(shape=[1, h["visual_mask"]["shape"][0]]),
    lambda h: h["visual_offsets"].update(dtype="U64"),
    lambda h: h["labels"].update(shape=[6, 1]),
    lambda h: h["__metadata__"].update(ids='["a"]'),
    lambda h: h["__metadata__"].update(label_names='["happy"]'),
    lambda h: h.pop("visual"),
    lambda h: h["visual"].pop("dtype"),
])
def test_a_shard_that_contradicts_the_manifest_is_refused(tmp_path, change):
    write(tmp_path)
    rewrite(tmp_path / "shards" / "train-00000.safetensors", change)
    with pytest.raises(ShardError):
        ShardDataset(tmp_path, "train")[0]


@pytest.mark.parametrize("dim", [0, 2, 4, -1, 1 << 62, "3"])
def test_a_manifest_with_another_width_is_refused(tmp_path, dim):
    write(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["modalities"]["visual"]["dim"] = dim
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ShardError):
        ShardDataset(tmp_path, "train")


def truncate(path):
    raw = path.read_bytes()
    path.write_bytes(raw[:-40])


@pytest.mark.parametrize("name", ["manifest.json", "shards/train-00000.safetensors", "scalers.safetensors"])
@pytest.mark.parametrize("make, kind", [
    (os.mkfifo, "a pipe"), (os.mkdir, "a folder"), (lambda path: path.symlink_to("/dev/zero"), "a device"),
    (lambda path: bind_socket(path), "a socket"),
])
def test_what_is_no_file_is_refused_at_once(tmp_path, name, make, kind):
    write(tmp_path)
    path = tmp_path / name
    path.unlink(missing_ok=True)
    make(path)
    with pytest.raises(ShardError, match=kind):
        ShardDataset(tmp_path, "train").verify()


def bind_socket(path):
    with socket.socket(socket.AF_UNIX) as end:
        os.chdir(path.parent)
        end.bind(path.name)


def test_a_message_holds_nothing_that_a_terminal_obeys(tmp_path):
    with pytest.raises(ShardError) as caught:
        ShardDataset(tmp_path / "a\x1b[2J\u202e\x9bb\n", "train")
    assert "a\\u{1B}[2J\\u{202E}\\u{9B}b\\u{A}: has no manifest.json" in str(caught.value)


def test_an_unknown_split_is_refused(tmp_path):
    with pytest.raises(ShardError, match="train, valid, test"):
        ShardDataset(tmp_path, "dev")


@pytest.mark.parametrize("name", ["../x.safetensors", "/etc/passwd", "shards/../x.safetensors", "shards/..", "shards/",
                                  "x.safetensors", "shards/a/b.safetensors"])
def test_no_name_in_a_manifest_leads_out_of_the_folder(tmp_path, name):
    folder = tmp_path / "folder"
    write(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    os.link(folder / manifest["splits"]["train"]["shards"][0]["file"], tmp_path / "x.safetensors")
    os.link(folder / manifest["splits"]["train"]["shards"][0]["file"], folder / "x.safetensors")
    manifest["splits"]["train"]["shards"][0]["file"] = name
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ShardError, match="is outside shards/"):
        ShardDataset(folder, "train")
    manifest = {**manifest, "scalers": {**manifest["scalers"], "file": "../scalers.safetensors"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ShardError, match="is outside the folder"):
        ShardDataset(folder, "valid").verify()


def test_links_to_files_elsewhere_are_followed_and_their_digests_checked(tmp_path):
    """As the Hub's cache, DVC and git-annex keep files."""
    folder, blobs = tmp_path / "folder", tmp_path / "blobs"
    write(folder)
    before = [sample for sample in ShardDataset(folder, "train")]
    blobs.mkdir()
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        blob = blobs / digest(path)
        path.rename(blob)
        blob.chmod(0o444)
        path.symlink_to(os.path.relpath(blob, path.parent))
    train = ShardDataset(folder, "train")
    train.verify()
    for old, new in zip(before, train):
        for key in old:
            np.testing.assert_array_equal(old[key], new[key])
    blob = (folder / "shards" / "valid-00000.safetensors").resolve()
    blob.chmod(0o644)
    raw = bytearray(blob.read_bytes())
    raw[-1] ^= 1
    blob.write_bytes(raw)
    with pytest.raises(ShardError, match="has SHA-256"):
        ShardDataset(folder, "valid").verify()
