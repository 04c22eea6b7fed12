"""Reads a prepared folder with the safetensors package alone: python tools/python/read_shards.py PREPARED [SPLIT]"""

import glob
import json
import sys

from safetensors import safe_open

for path in sorted(glob.glob(f"{sys.argv[1]}/shards/{sys.argv[2] if len(sys.argv) > 2 else 'train'}-*.safetensors")):
    with safe_open(path, framework="np") as shard:
        offsets, audio = shard.get_tensor("audio_offsets"), shard.get_tensor("audio")
        for name, start, end, label in zip(
            json.loads(shard.metadata()["ids"]), offsets, offsets[1:], shard.get_tensor("labels")
        ):
            print(name, label, audio[start:end].shape)
