package io.pitlane.contract.artifact;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** An inference engine, which runs models of one format. */
public enum Engine {
    TENSORFLOW("TensorFlow", ModelFormat.TENSORFLOW),
    ONNXRUNTIME("ONNX Runtime", ModelFormat.ONNX),
    /** With the XNNPACK delegate. */
    TFLITE("TFLite", ModelFormat.TFLITE);

    private final String title;
    private final ModelFormat format;

    Engine(String title, ModelFormat format) {
        this.title = title;
        this.format = format;
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

    /** The format of the models that it runs. */
    public ModelFormat format() {
        return format;
    }
}
