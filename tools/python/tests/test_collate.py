import numpy as np
import pytest
from make_folder import write

from msa_shards import ShardDataset, collate_padded, collate_ragged

torch = pytest.importorskip("torch")


def batch(tmp_path, collate):
    write(tmp_path)
    train = ShardDataset(tmp_path, "train")
    loader = torch.utils.data.DataLoader(train, batch_size=4, collate_fn=collate)
    return train, next(iter(loader))


def test_padding_stands_behind_the_rows(tmp_path):
    train, found = batch(tmp_path, collate_padded)
    assert found["visual"].shape == (4, 4, 3) and found["visual"].dtype == torch.float32
    assert found["visual_lengths"].tolist() == [2, 1, 3, 4]
    assert found["visual_mask"].tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1]]
    assert found["visual"][0, 2:].abs().sum() == 0
    np.testing.assert_array_equal(found["visual"][2, :3].numpy(), train[2]["visual"])
    assert found["labels"].shape == (4, 2) and found["ids"] == train.ids


def test_ragged_rows_stand_end_to_end(tmp_path):
    train, found = batch(tmp_path, collate_ragged)
    assert found["text"].shape == (10, 4)
    assert found["text_offsets"].tolist() == [0, 2, 3, 6, 10]
    np.testing.assert_array_equal(found["text"][3:6].numpy(), train[2]["text"])
    assert found["text_mask"].dtype == torch.bool


def test_worker_processes_can_read(tmp_path):
    write(tmp_path)
    loader = torch.utils.data.DataLoader(ShardDataset(tmp_path, "train"), batch_size=2, collate_fn=collate_padded, num_workers=2)
    assert [len(b["ids"]) for b in loader] == [2, 2]
