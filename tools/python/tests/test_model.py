import hashlib
import json

import numpy as np
import pytest
from make_folder import WIDTHS, write

from msa_shards import ShardDataset, ShardError, load_model, model_inputs, pool

torch = pytest.importorskip("torch")


def trained_on(prepared):
    """What a model's description says of the folder it was trained on."""
    return [{"dataset": "test", "scalers_sha256": ShardDataset(prepared, "train").scalers_sha256}]


def test_a_flipped_bit_of_a_file_with_a_digest_is_noticed(tmp_path):
    linear_run(tmp_path, format="msa-model/2")
    path = tmp_path / "best.safetensors"
    with pytest.raises(ShardError, match="sha256: is missing"):
        load_model(tmp_path)
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + length])
    header["__metadata__"]["sha256"] = "0" * 64
    text = json.dumps(header, separators=(",", ":")).encode()
    blank = len(text).to_bytes(8, "little") + text + raw[8 + length:]
    digest = hashlib.sha256(blank).hexdigest().encode()
    whole = blank.replace(b"0" * 64, digest, 1)
    path.write_bytes(whole)
    load_model(tmp_path)
    for place in (len(whole) - 1, whole.index(b"head.0.bias"), whole.index(digest)):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(ShardError, match="sha256"):
            load_model(tmp_path)


def save_run(folder, nodes, tensors, constants=None, inputs=None, **changes):
    """A run folder of a model that has these operations."""
    from safetensors.numpy import save_file
    graph = {
        "inputs": inputs or [{"name": m, "shape": [None, w]} for m, w in WIDTHS.items()], "constants": constants or {},
        "output": {"name": "prediction", "shape": [None, 1]},
        "nodes": [dict(zip(("operation", "layer", "inputs", "outputs", "attributes"), n)) for n in nodes],
    }
    description = {"format": "msa-model/1", "graph": graph, "label_names": ["sentiment"], "corpora": [], **changes,
                   "config": {"task": "regression", "modalities": list(WIDTHS), **changes.get("config", {})}}
    folder.mkdir(exist_ok=True)
    save_file(tensors, folder / "best.safetensors", {"format": "pt", "msa": json.dumps(description)})


def linear_run(folder, **changes):
    rng = np.random.default_rng(1)
    tensors = {
        "head.0.weight": rng.normal(size=(5, 9)).astype(np.float32), "head.0.bias": rng.normal(size=5).astype(np.float32),
        "head.1.weight": rng.normal(size=5).astype(np.float32), "head.1.bias": rng.normal(size=5).astype(np.float32),
        "head.1.running_mean": rng.normal(size=5).astype(np.float32),
        "head.1.running_var": rng.uniform(0.5, 2, 5).astype(np.float32),
        "head.1.num_batches_tracked": np.array(3, np.int64),
        "head.4.weight": rng.normal(size=(1, 5)).astype(np.float32), "head.4.bias": rng.normal(size=1).astype(np.float32),
    }
    norm = ["x", "head.1.weight", "head.1.bias", "head.1.running_mean", "head.1.running_var"]
    save_run(folder, [
        ("Concat", "head", list(WIDTHS), ["all"], {"axis": 1}),
        ("Gemm", "head.0", ["all", "head.0.weight", "head.0.bias"], ["x"], {"transB": 1}),
        ("BatchNormalization", "head.1", norm, ["y"], {"epsilon": 1e-5}),
        ("Relu", "head", ["y"], ["z"], {}),
        ("Gemm", "head.4", ["z", "head.4.weight", "head.4.bias"], ["prediction"], {"transB": 1}),
    ], tensors, **changes)
    return tensors


def peer(tensors):
    """The same model as a user would write it."""
    class Peer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.head = torch.nn.Sequential(torch.nn.Linear(9, 5), torch.nn.BatchNorm1d(5), torch.nn.ReLU(),
                                            torch.nn.Dropout(0.5), torch.nn.Linear(5, 1))
    module = Peer()
    module.load_state_dict({name: torch.as_tensor(t) for name, t in tensors.items()}, strict=True)
    return module.eval()


def test_the_state_dict_has_the_names_of_the_file(tmp_path):
    tensors = linear_run(tmp_path / "run")
    model = load_model(tmp_path / "run")
    assert set(model.state_dict()) == set(tensors)
    assert {n for n, _ in model.named_buffers()} == {n for n in tensors if "running" in n or "num_" in n}
    peer(model.state_dict())


def test_predictions_are_those_of_the_same_torch_module(tmp_path):
    write(tmp_path / "prepared")
    tensors = linear_run(tmp_path / "run", corpora=trained_on(tmp_path / "prepared"))
    test = ShardDataset(tmp_path / "prepared", "test")
    ids, labels, predictions = load_model(tmp_path / "run").predict(test, batch=2)
    x = np.stack([np.concatenate([pool(s[m], s[m + "_mask"]) for m in WIDTHS]) for s in (test[k] for k in range(len(test)))])
    expected = peer(tensors).head(torch.from_numpy(x))[:, 0].detach().numpy()
    np.testing.assert_allclose(predictions, expected, atol=1e-6)
    assert ids == test.ids and labels.shape == (3, 2)


def test_modalities_that_the_model_was_not_shown_are_zeros(tmp_path):
    linear_run(tmp_path / "run", config={"modalities": ["text"]})
    model = load_model(tmp_path / "run")
    text = torch.ones(2, 4)
    with torch.no_grad():
        found = model(visual=torch.full((2, 3), 9.0), audio=None, text=text)
        assert torch.equal(found, model(visual=None, audio=None, text=text))


def test_narrower_inputs_are_padded(tmp_path):
    linear_run(tmp_path / "run")
    model = load_model(tmp_path / "run")
    with torch.no_grad():
        narrow = model(visual=torch.ones(2, 2), audio=torch.ones(2, 2), text=torch.ones(2, 4))
        wide = model(visual=torch.tensor([[1.0, 1, 0]] * 2), audio=torch.ones(2, 2), text=torch.ones(2, 4))
    assert torch.equal(narrow, wide)


def test_a_folder_with_other_scalers_is_refused_as_the_program_refuses_it(tmp_path):
    write(tmp_path / "prepared")
    write(tmp_path / "other", seed=1)
    linear_run(tmp_path / "run", corpora=trained_on(tmp_path / "prepared"))
    model, other = load_model(tmp_path / "run"), ShardDataset(tmp_path / "other", "test")
    with pytest.raises(ShardError, match="not the scalers that the model was trained with"):
        model.predict(other)
    with pytest.raises(ShardError, match="not the scalers"):
        model.predict(torch.utils.data.Subset(other, [0]))
    with pytest.raises(ShardError, match="does not tell its scalers"):
        model.predict([other[0]])
    assert len(model.predict(other, allow_other_scalers=True)[0]) == 3
    assert model.predict(torch.utils.data.Subset(ShardDataset(tmp_path / "prepared", "test"), [1]))[0] == ["test0[1]"]


def test_wider_inputs_are_refused(tmp_path):
    write(tmp_path / "prepared")
    inputs = [{"name": m, "shape": [None, w - (m == "text")]} for m, w in WIDTHS.items()]
    linear_run(tmp_path / "run", corpora=trained_on(tmp_path / "prepared"))
    with pytest.raises(ShardError, match="text: has 5 columns, expected 4 at most"):
        load_model(tmp_path / "run")(visual=torch.ones(2, 3), audio=torch.ones(2, 2), text=torch.ones(2, 5))
    save_run(tmp_path / "narrow", [("Identity", "a", ["text"], ["prediction"], {})], {"a": np.zeros(1, np.float32)}, None, inputs,
             corpora=trained_on(tmp_path / "prepared"))
    with pytest.raises(ShardError, match="text: has 4 columns, expected 3 at most"):
        load_model(tmp_path / "narrow").predict(ShardDataset(tmp_path / "prepared", "test"))


def test_gradients_reach_the_weights(tmp_path):
    linear_run(tmp_path / "run")
    model = load_model(tmp_path / "run").train()
    before = model.state_dict()["head.1.running_mean"].clone()
    model(visual=torch.randn(4, 3), audio=torch.randn(4, 2), text=torch.randn(4, 4)).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    assert not torch.equal(before, model.state_dict()["head.1.running_mean"])


def sequence_run(folder, about={}, **changes):
    """A model that weights each row by its position and sums the valid ones, as a run that reads at most two rows."""
    tensors = {"positions.pe": np.array([[1.0] * 4, [10.0] * 4], np.float32)}
    inputs = [v for m, w in WIDTHS.items()
              for v in ({"name": m, "shape": [None, None, w]}, {"name": m + "_mask", "shape": [None, None]})]
    save_run(folder, [
        ("Shape", "a", ["text"], ["rows"], {"start": 1, "end": 2}),
        ("Slice", "a", ["positions.pe", "zero", "rows", "zero"], ["places"], {}),
        ("Mul", "a", ["text", "places"], ["placed"], {}),
        ("Unsqueeze", "a", ["text_mask", "last"], ["valid"], {}),
        ("Mul", "a", ["placed", "valid"], ["kept"], {}),
        ("ReduceSum", "a", ["kept", "axes"], ["sum"], {"keepdims": 0}),
        ("Unsqueeze", "a", ["sum", "row"], ["prediction"], {}),
    ], tensors, {"zero": [0], "last": [2], "axes": [1, 2], "row": [1]}, inputs, config={"max-rows": 2, **changes},
             **about)


def test_sequences_are_cut_to_the_last_rows_and_padded(tmp_path):
    write(tmp_path / "prepared")
    sequence_run(tmp_path / "run", {"corpora": trained_on(tmp_path / "prepared")})
    test = ShardDataset(tmp_path / "prepared", "test")
    model = load_model(tmp_path / "run")
    assert "positions.pe" in dict(model.named_buffers())
    _, _, predictions = model.predict(test, batch=2)
    for sample, found in zip((test[k] for k in range(len(test))), predictions):
        rows, mask = sample["text"][-2:], sample["text_mask"][-2:]
        assert found == pytest.approx(sum(r.sum() * p * m for r, p, m in zip(rows, (1, 10), mask)), abs=1e-4)
    inputs = model_inputs([test[0], test[1]], ["text", "text_mask"], {"text": 5})
    assert inputs["text"].shape == (2, 3, 5) and inputs["text_mask"].tolist()[1] == [0, 0, 0]


def test_rows_count_without_a_mask_and_not_where_the_modality_is_hidden(tmp_path):
    sequence_run(tmp_path / "run")
    text = torch.ones(1, 2, 4)
    with torch.no_grad():
        assert load_model(tmp_path / "run")(text=text).item() == 44
        assert load_model(tmp_path / "run")(text=text, text_mask=torch.tensor([[True, False]])).item() == 4
        sequence_run(tmp_path / "hidden", modalities=["visual"])
        assert load_model(tmp_path / "hidden")(text=text, visual=torch.ones(1, 2, 3)).item() == 0


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(ShardError, match="does not exist"):
        load_model(tmp_path / "missing")
    save_run(tmp_path / "odd", [("Einsum", "a", ["text"], ["prediction"], {})], {"a": np.zeros(1, np.float32)})
    with pytest.raises(ShardError, match="Einsum"):
        load_model(tmp_path / "odd")
    linear_run(tmp_path / "old", format="msa-model/0")
    with pytest.raises(ShardError, match="msa-model/2"):
        load_model(tmp_path / "old")
