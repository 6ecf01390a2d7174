package io.pitlane.contract.artifact;

import com.fasterxml.jackson.annotation.JsonValue;
import io.pitlane.contract.engine.Engine;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A format in which the candidate of a run is delivered. */
public enum DeliveryFormat {
    TENSORFLOW(ModelFormat.TENSORFLOW),
    ONNX(ModelFormat.ONNX),
    TFLITE(ModelFormat.TFLITE),
    /** The smallest file, for transfer and storage; it is unpacked to another format to be run. */
    PACKED("model.pitlane", null);

    private final String fileName;
    private final ModelFormat runnable;

    DeliveryFormat(ModelFormat runnable) {
        this(runnable.fileName(), runnable);
    }

    DeliveryFormat(String fileName, ModelFormat runnable) {
        this.fileName = fileName;
        this.runnable = runnable;
    }

    /** The delivery in a format that an engine runs. */
    public static DeliveryFormat of(ModelFormat runnable) {
        return Stream.of(values()).filter(f -> f.runnable == runnable).findFirst().orElseThrow();
    }

    /** The format as an engine runs it; empty for {@link #PACKED}. */
    public Optional<ModelFormat> runnable() {
        return Optional.ofNullable(runnable);
    }

    /** Whether an engine runs what is delivered in this format. */
    public boolean runsOn(Engine engine) {
        return runnable().map(ModelFormat::engine).filter(engine::equals).isPresent();
    }

    /** The name in plans, addresses and commands: {@code packed}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name of the file among a run's results; a folder for {@link #TENSORFLOW}. */
    public String fileName() {
        return fileName;
    }
}
