#!/usr/bin/env python3
"""Codes the weights of Pitlane's benchmark of small files with other coders.

    pip install "numpy<2" zstandard nncodec
    python pack.py FOLDER

FOLDER is the folder of the benchmark (docs/smallest-file.md). Every coder gets the same integers,
one list for each output of a kernel. Its figure is the bytes of the kernels alone; that of Pitlane
is the whole file, with graph, steps, biases and checksums. NNCodec is the coder of the standard
ISO/IEC 15938-17 (its DeepCABAC, with the length of the unary part that is shortest). Coders that are
not installed are left out.
"""

import argparse
import gzip
import json
import pathlib

import numpy as np


def zstd(data):
    import zstandard

    return len(zstandard.ZstdCompressor(level=19).compress(data))


def gaps(codes):
    """The distances of codes that are not 0, a byte each, then these codes."""
    places = np.flatnonzero(codes)
    steps = np.diff(places, prepend=-1) - 1
    runs = bytearray()
    for step in steps:
        runs += b"\xff" * (step // 255) + bytes([step % 255])
    return bytes(runs), codes[places].astype(np.int8).tobytes()


def nnc(kernel):
    from nncodec.extensions import deepCABAC

    def encoded(unary):
        encoder = deepCABAC.Encoder()
        encoder.initCtxModels(unary, 1)
        channels = np.zeros(kernel.shape[0], dtype=np.int32)
        history = np.zeros(2, dtype=np.int8)
        off = deepCABAC.HdspMode.AlwaysOff
        encoder.encodeLayer(kernel, 0, 0, 0, 0, 0, channels, off, history, 0, 0)
        return len(encoder.finish())

    return min(encoded(unary) for unary in (1, 2, 4, 8, 11))


CODERS = {
    "NNCodec": nnc,
    "zstd -19, gaps and codes": lambda k: sum(zstd(part) for part in gaps(k.ravel())),
    "zstd -19, int8": lambda k: zstd(k.astype(np.int8).tobytes()),
    "gzip -9, int8": lambda k: len(gzip.compress(k.astype(np.int8).tobytes(), 9)),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    for file in sorted(parser.parse_args().folder.glob("*/seed*/*/codes.json")):
        kernels = [np.array(k, dtype=np.int32) for k in json.loads(file.read_text()).values()]
        row = file.parent
        print(f"{row.parent.parent.name}, {row.parent.name}, {row.name}")
        print(f"  Pitlane, whole file: {(row / 'model.pitlane').stat().st_size}")
        for name, coder in CODERS.items():
            try:
                print(f"  {name}: {sum(coder(kernel) for kernel in kernels)}")
            except ImportError as missing:
                print(f"  {name}: not installed ({missing.name})")


if __name__ == "__main__":
    main()
