"""Runs models in an inference engine: run_models.py FORMAT FOLDER

Every folder in FOLDER holds a `model` and `inputs.json`, a list of {name, dtype, shape, file}, and
the raw values that it names. The outputs are written beside them likewise, as `outputs.json`.
"""
import json
import pathlib
import sys

import numpy as np


def onnx(model, inputs):
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs)))


def tflite(model, inputs):
    from ai_edge_litert.interpreter import Interpreter

    return Interpreter(model_path=model).get_signature_runner()(**inputs)


def load(folder, entry):
    values = np.fromfile(folder / entry["file"], dtype=entry["dtype"])
    return values.reshape(entry["shape"])


def main(engine, folder):
    entries = json.loads((folder / "inputs.json").read_text())
    inputs = {entry["name"]: load(folder, entry) for entry in entries}
    written = []
    for name, values in engine(str(folder / "model"), inputs).items():
        file = f"output-{len(written)}"
        values.astype("<f4").tofile(folder / file)
        written.append({"name": name, "dtype": "<f4", "shape": values.shape, "file": file})
    (folder / "outputs.json").write_text(json.dumps(written))


if __name__ == "__main__":
    for subfolder in sorted(pathlib.Path(sys.argv[2]).iterdir()):
        main({"onnx": onnx, "tflite": tflite}[sys.argv[1]], subfolder)
