"""Trains MMSA's LF-DNN on a file of `msa-prep export --to mmsa`, and compares what its loader read with the folder.

check_mmsa.py FILE.pkl PREPARED
"""

import json
import pathlib
import sys
import tempfile

import torch
from MMSA import MMSA_run, get_config_regression
from MMSA.data_loader import MMDataset

# MMSA chooses a GPU even where there is none.
torch.cuda.set_device = lambda device: None


def main(file, prepared):
    lines = [json.loads(line) for line in (prepared / "samples.jsonl").read_text(encoding="utf-8").splitlines()]
    aligned = file.name.startswith("aligned")
    args = get_config_regression("lf_dnn", "mosei", "")
    args.update(custom_feature=file, feature_T="", feature_A="", feature_V="", need_normalized=False)
    args.update(need_data_aligned=aligned, use_bert=False, train_mode="regression")
    for split in ("train", "valid", "test"):
        own = [line for line in lines if line["split"] == split]
        data = MMDataset(args, split)
        ids = [line["id"][:-1].replace("[", "$_$") for line in own]
        assert list(data.ids) == ids, f"{split}: other samples"
        assert data.labels["M"].tolist() == [torch.tensor(line["label"][0]).item() for line in own], f"{split}: labels"
        if not aligned:
            rows = [line["rows"] if isinstance(line["rows"], int) else line["rows"]["audio"] for line in own]
            assert list(data.audio_lengths) == rows, f"{split}: audio_lengths"
        print(f"ok   {split}: {len(data)} samples of {data.get_seq_len()} rows and {data.get_feature_dim()} columns")
    with tempfile.TemporaryDirectory() as folder:
        places = {name: pathlib.Path(folder) / name for name in ("model_save_dir", "res_save_dir", "log_dir")}
        config = {"early_stop": 1, "use_bert": False, "need_data_aligned": aligned}
        MMSA_run(
            "lf_dnn", "mosei", config=config, seeds=[1], custom_feature=file, feature_T="", feature_A="", feature_V="",
            gpu_ids=[], num_workers=0, verbose_level=0, **places,
        )
        results = (places["res_save_dir"] / "normal" / "mosei.csv").read_text().splitlines()
        print(f"ok   trained: {results[-1]}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]))
