#!/usr/bin/env python3
"""Quantizes the models of Pitlane's quantization benchmark with other tools, and measures both.

    pip install numpy pyyaml onnx onnxruntime ai-edge-litert nncf openvino tensorflow-cpu
    python quantize.py FOLDER

FOLDER is the folder of the benchmark (docs/quantization.md). Every tool gets the float model that
Pitlane started from and the calibration images that Pitlane took, and runs by its defaults for
int8 convolutional networks. A tool that is not installed is left out.

Models and outputs are kept in FOLDER/MODEL/peers. A second run, for example on another processor,
only measures the models, and the column "first run" says how many images get the class of the
first run.

The last column compares a tool's classes with those of Pitlane on ONNX Runtime: how many images only
the tool classifies right, how many only Pitlane, and the p-value of McNemar's exact test, which is
the probability of such a difference or a larger one if both were equally accurate.
"""

import argparse
import gzip
import importlib.metadata
import math
import pathlib
import warnings

import numpy as np
import yaml

warnings.filterwarnings("ignore")


class JavaRandom:
    """The generator of java.util.Random: which images Pitlane calibrates with follows from it."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & (2**48 - 1)

    def bits(self):
        self.state = (self.state * 0x5DEECE66D + 0xB) & (2**48 - 1)
        return self.state >> 16

    def below(self, bound):
        if bound & (bound - 1) == 0:
            return self.bits() & (bound - 1)
        while True:
            value = self.bits() >> 1
            if value - value % bound + bound - 1 < 2**31:
                return value % bound

    def sample(self, size, count):
        """Distinct numbers below size, in ascending order."""
        chosen = set()
        while len(chosen) < min(size, count):
            chosen.add(self.below(size))
        return sorted(chosen)


class Data:
    """Images as a model takes them, and what is known about them."""

    def __init__(self, folder, plan, part, limit=None):
        source = plan["data"][part]
        if "npz" in source:
            arrays = np.load(folder / source["npz"])
            images = arrays["images"]
            self.truth = arrays["masks"] if "masks" in arrays else arrays["targets"]
        else:
            images = idx(folder / source["images"])
            self.truth = idx(folder / source["labels"])
        self.images = images if limit is None else images[:limit]
        self.truth = self.truth[: len(self.images)]
        self.input = plan.get("input", {})

    def __len__(self):
        return len(self.images)

    def batch(self, indices):
        images = self.images[indices].astype(np.float32)
        if images.ndim == 3:
            images = images[..., None]
        if "resize" in self.input:
            images = resized(images, *self.input["resize"])
        return images * np.float32(self.input.get("scale", 1))


def idx(file):
    """An idx file such as those of MNIST, packed by gzip."""
    content = gzip.open(file).read()
    rank = content[3]
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def resized(images, height, width):
    """Bilinear with half-pixel centres, without antialiasing."""
    for axis, size in ((1, height), (2, width)):
        stored = images.shape[axis]
        at = np.clip((np.arange(size) + 0.5) * stored / size - 0.5, 0, stored - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, stored - 1)
        share = (at - low).astype(np.float32)
        share = share.reshape([-1 if a == axis else 1 for a in range(4)])
        images = np.take(images, low, axis) * (1 - share) + np.take(images, high, axis) * share
    return images


class OnnxRuntime:
    """ONNX Runtime's static quantizer, QDQ, weights per channel."""

    title = "ONNX Runtime"
    engine = "ONNX Runtime"
    packages = ("onnxruntime",)
    file = "onnxruntime.onnx"

    @staticmethod
    def quantize(models, calibration, file):
        from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static
        from onnxruntime.quantization.shape_inference import quant_pre_process

        prepared = file.with_suffix(".prepared.onnx")
        quant_pre_process(str(models.onnx), str(prepared), skip_symbolic_shape=True)
        name = OnnxRuntime.session(prepared).get_inputs()[0].name

        class Reader(CalibrationDataReader):
            remaining = iter(calibration)

            def get_next(self):
                batch = next(self.remaining, None)
                return None if batch is None else {name: batch}

        quantize_static(
            str(prepared), str(file), Reader(), quant_format=QuantFormat.QDQ, per_channel=True
        )
        prepared.unlink()

    @staticmethod
    def session(file):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )

    @staticmethod
    def runner(file):
        session = OnnxRuntime.session(file)
        name = session.get_inputs()[0].name
        return lambda images: session.run(None, {name: images})[0]


class Nncf:
    """NNCF's post-training quantization of the ONNX model, in OpenVINO."""

    title = "NNCF"
    engine = "OpenVINO"
    packages = ("nncf", "openvino")
    file = "nncf.xml"

    @staticmethod
    def quantize(models, calibration, file):
        import nncf
        import openvino

        model = openvino.Core().read_model(models.onnx)
        quantized = nncf.quantize(
            model, nncf.Dataset(calibration), subset_size=len(calibration)
        )
        openvino.save_model(quantized, file, compress_to_fp16=False)

    @staticmethod
    def runner(file):
        import openvino

        model = openvino.Core().compile_model(
            file, "CPU", {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        )
        return lambda images: model(images)[0]


class TfLite:
    """The TFLite converter with calibration, float inputs and outputs."""

    title = "TFLite converter"
    engine = "LiteRT"
    packages = ("tensorflow-cpu", "ai-edge-litert")
    file = "tflite.tflite"

    @staticmethod
    def quantize(models, calibration, file):
        import tensorflow as tf

        # The loader of TensorFlow 2 fails for optimizer slots in exports of older versions of Keras.
        converter = tf.compat.v1.lite.TFLiteConverter.from_saved_model(str(models.saved_model))
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([batch] for batch in calibration)
        file.write_bytes(converter.convert())

    @staticmethod
    def runner(file):
        from ai_edge_litert.interpreter import Interpreter

        model = Interpreter(str(file), num_threads=1)
        model.allocate_tensors()
        given = model.get_input_details()[0]["index"]
        wanted = model.get_output_details()[0]["index"]

        def run(images):
            outputs = []
            for image in images:
                model.set_tensor(given, image[None])
                model.invoke()
                outputs.append(model.get_tensor(wanted))
            return np.concatenate(outputs)

        return run


PEERS = (OnnxRuntime, Nncf, TfLite)


class Models:
    """What the benchmark made of one model."""

    def __init__(self, folder, plan):
        self.folder = folder
        self.saved_model = folder / plan["model"]
        self.onnx = folder / "original/bench/delivered/model.onnx"
        self.ours = {
            OnnxRuntime: folder / "plain/bench/delivered/model.onnx",
            TfLite: folder / "plain/bench/delivered/model.tflite",
        }


def predictions(engine, file, data):
    runner = engine.runner(file)
    steps = range(0, len(data), 32)
    return np.concatenate([runner(data.batch(np.arange(i, min(i + 32, len(data))))) for i in steps])


def first_run(kept, outputs):
    """The outputs of the first run for the same images, which are these if there was none."""
    file = kept.with_name(kept.name + ".npy")
    if not file.exists() or len(np.load(file)) < len(outputs):
        np.save(file, outputs)
    return np.load(file)[: len(outputs)]


def figure(task, outputs, truth):
    """The headline figure of the task, as text."""
    if task == "regression":
        return f"MAE {np.abs(outputs - truth).mean():.5f}"
    classes = outputs.argmax(-1)
    if task == "classification":
        return f"{(classes == truth).mean():.2%}"
    union = [np.sum((classes == c) | (truth == c)) for c in np.unique(truth)]
    both = [np.sum((classes == c) & (truth == c)) for c in np.unique(truth)]
    return f"IoU {np.mean(np.array(both) / np.array(union)):.2%}"


def agreement(task, outputs, reference):
    if task == "regression":
        return f"L2 {np.linalg.norm(outputs - reference) / np.linalg.norm(reference):.2%}"
    return f"{(outputs.argmax(-1) == reference.argmax(-1)).mean():.2%}"


def mcnemar(task, outputs, ours, truth):
    """Images that one of two models alone classifies right, and the test's p-value, as text."""
    if task != "classification":
        return "-"
    right, ours_right = (o.argmax(-1) == truth for o in (outputs, ours))
    only_it = int(np.sum(right & ~ours_right))
    only_ours = int(np.sum(~right & ours_right))
    differing = only_it + only_ours
    rarer = sum(math.comb(differing, k) for k in range(min(only_it, only_ours) + 1))
    return f"{only_it}:{only_ours}, p {min(1, 2 * rarer / 2**differing):.3f}"


def compare(folder, options):
    """One row a tool for the model in a folder."""
    plan = yaml.safe_load((folder / "plan.yaml").read_text())
    task = plan["task"]
    models = Models(folder, plan)
    train = Data(folder, plan, "train")
    test = Data(folder, plan, "test", options.images)
    chosen = JavaRandom(plan["seed"]).sample(len(train), options.calibration)
    calibration = [train.batch(np.array([i])) for i in chosen]
    peers = folder / "peers"
    peers.mkdir(exist_ok=True)
    # An emulated processor is slow in floats: the original is not run again.
    kept = peers / "original.npy"
    if not kept.exists() or len(np.load(kept)) < len(test):
        np.save(kept, predictions(OnnxRuntime, models.onnx, test))
    original = np.load(kept)[: len(test)]
    yield "original", "ONNX Runtime", figure(task, original, test.truth), "-", "-", "-"
    rows = [
        ("Pitlane", engine, file, f"pitlane-{file.name}") for engine, file in models.ours.items()
    ]
    for peer in PEERS:
        file = peers / peer.file
        try:
            if not file.exists():
                peer.quantize(models, calibration, file)
            rows.append((peer.title, peer, file, file.name))
        except ImportError as missing:
            yield peer.title, "-", f"not installed: {missing.name}", "-", "-", "-"
    ours = None
    for tool, engine, file, name in rows:
        if file.exists():
            outputs = predictions(engine, file, test)
            ours = outputs if engine is OnnxRuntime and tool == "Pitlane" else ours
            yield (
                tool,
                engine.engine,
                figure(task, outputs, test.truth),
                agreement(task, outputs, original),
                agreement(task, outputs, first_run(peers / name, outputs)),
                "-" if ours is None else mcnemar(task, outputs, ours, test.truth),
            )
        else:
            yield tool, engine.engine, "not delivered", "-", "-", "-"


def environment():
    """Versions of the tools, and the instruction sets that the processor reports."""
    versions = []
    for package in [p for peer in PEERS for p in peer.packages]:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    sets = np._core._multiarray_umath.__cpu_features__
    vnni = "with" if sets.get("AVX512VNNI") or sets.get("AVX512_CLX") else "without"
    widest = next((s for s in ("AVX512F", "AVX2", "AVX") if sets.get(s)), "none of AVX")
    return f"{', '.join(versions)}; {widest}, {vnni} AVX512-VNNI"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="folder of the benchmark")
    parser.add_argument("--model", action="append", help="only this model; may be repeated")
    parser.add_argument("--images", type=int, help="how many test images (all)")
    parser.add_argument("--calibration", type=int, default=512, help="calibration images (512)")
    options = parser.parse_args()
    print(environment())
    row_format = "{:14} {:18} {:14} {:>14} {:>11} {:>11} {:>18}"
    header = ("model", "quantized by", "run by", "figure", "original", "first run", "McNemar")
    print(row_format.format(*header))
    plans = sorted(options.folder.absolute().glob("*/plan.yaml"))
    for folder in (plan.parent for plan in plans):
        if options.model and folder.name not in options.model:
            continue
        for row in compare(folder, options):
            print(row_format.format(folder.name, *row), flush=True)


if __name__ == "__main__":
    main()
