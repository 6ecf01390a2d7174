package io.pitlane.contract.artifact;

import com.fasterxml.jackson.annotation.JsonValue;
import io.pitlane.contract.engine.Engine;
import java.util.Locale;
import java.util.stream.Stream;

/** A format of models that an engine runs. */
public enum ModelFormat {
    /** A SavedModel, with oneDNN's int8 kernels where the model is quantized. */
    TENSORFLOW("model", Engine.TENSORFLOW),
    /** An ONNX model, for ONNX Runtime, TensorRT and OpenVINO. */
    ONNX("model.onnx", Engine.ONNXRUNTIME),
    /** A TFLite model, for LiteRT with XNNPACK and for mobile accelerators. */
    TFLITE("model.tflite", Engine.TFLITE);

    private final String fileName;
    private final Engine engine;

    ModelFormat(String fileName, Engine engine) {
        this.fileName = fileName;
        this.engine = engine;
    }

    /** The format of the models that an engine runs. */
    public static ModelFormat of(Engine engine) {
        return Stream.of(values()).filter(f -> f.engine == engine).findFirst().orElseThrow();
    }

    /** The engine that runs models of this format. */
    public Engine engine() {
        return engine;
    }

    /** The name in reports and commands: {@code onnx}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The usual name of the file; a folder for {@link #TENSORFLOW}. */
    public String fileName() {
        return fileName;
    }
}
