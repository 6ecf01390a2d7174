package io.pitlane.contract.artifact;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A format in which a model is delivered, for the engine that runs it. */
public enum ModelFormat {
    /** A SavedModel, with oneDNN's int8 kernels where the model is quantized. */
    TENSORFLOW("model"),
    /** An ONNX model, for ONNX Runtime, TensorRT and OpenVINO. */
    ONNX("model.onnx"),
    /** A TFLite model, for LiteRT with XNNPACK and for mobile accelerators. */
    TFLITE("model.tflite");

    private final String fileName;

    ModelFormat(String fileName) {
        this.fileName = fileName;
    }

    /** The name in plans, addresses and commands: {@code onnx}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name of the file among a run's results; a folder for {@link #TENSORFLOW}. */
    public String fileName() {
        return fileName;
    }
}
