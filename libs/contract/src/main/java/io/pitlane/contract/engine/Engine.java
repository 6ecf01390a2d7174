package io.pitlane.contract.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** An inference engine. Each runs models of one {@code ModelFormat}. */
public enum Engine {
    TENSORFLOW("TensorFlow"),
    ONNXRUNTIME("ONNX Runtime"),
    /** With the XNNPACK delegate. */
    TFLITE("TFLite");

    private final String title;

    Engine(String title) {
        this.title = title;
    }

    /** The name in plans and reports: {@code onnxruntime}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name in sentences and tables: {@code ONNX Runtime}. */
    public String title() {
        return title;
    }
}
