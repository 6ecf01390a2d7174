package io.pitlane.contract.artifact;

import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The formats besides SavedModel that trained models are stored in, recognised by the first bytes
 * of a file, whatever its name.
 */
public enum ModelFileFormat {
    /** Keras 3: a zip whose second entry is {@code config.json}. */
    KERAS(
            "a Keras model (.keras)",
            "Make a SavedModel of it: tf.keras.models.load_model(\"%s\").export(\"saved_model\").",
            head -> startsWith(head, 0, "PK\3\4") && contains(head, "config.json")),

    /** Keras 1 and 2: HDF5. */
    HDF5(
            "an HDF5 file, as Keras 2 writes models (.h5)",
            "Make a SavedModel of it: tf.keras.models.load_model(\"%s\").export(\"saved_model\");"
                    + " where it holds weights only, build the model and call load_weights first.",
            head -> startsWith(head, 0, "\u0089HDF\r\n\u001a\n")),

    /** A FlatBuffer with the file identifier of TensorFlow Lite. */
    TFLITE(
            "a TensorFlow Lite model (.tflite)",
            "A conversion cannot be undone: take the model that %s was converted from, and"
                    + " tf.saved_model.save(model, \"saved_model\").",
            head -> startsWith(head, 4, "TFL3")),

    /** A model that {@code pitlane pack} wrote. */
    PACKED(
            "a packed model (.pitlane)",
            "Unpack it: pitlane unpack %s --out saved_model.",
            head -> startsWith(head, 0, "\u0089PLM")),

    /** A ModelProto of ONNX. */
    ONNX(
            "an ONNX model (.onnx)",
            "Name %s itself, unpacked, as the model of the plan: pitlane compress makes a"
                    + " SavedModel of it.",
            ProtobufHead::isOnnx),

    /** A GraphDef, as TensorFlow 1.x stores frozen graphs. */
    FROZEN_GRAPH(
            "a frozen graph of TensorFlow (.pb)",
            "Name %s itself, unpacked, as the model of the plan: pitlane compress makes a"
                    + " SavedModel of it.",
            ProtobufHead::isGraphDef);

    /** Enough for the magic numbers, and for the first entries of a zip. */
    public static final int HEAD_BYTES = 4096;

    private final String description;
    private final String action;
    private final Predicate<byte[]> matches;

    ModelFileFormat(String description, String action, Predicate<byte[]> matches) {
        this.description = description;
        this.action = action;
        this.matches = matches;
    }

    /**
     * The format of a file.
     *
     * @param head its first {@value #HEAD_BYTES} bytes, or all of a shorter one
     */
    public static Optional<ModelFileFormat> of(byte[] head) {
        return Arrays.stream(values()).filter(format -> format.matches.test(head)).findFirst();
    }

    /** The format of a file; empty, too, when it cannot be read. */
    public static Optional<ModelFileFormat> of(Path file) {
        try (var in = Files.newInputStream(file)) {
            return of(in.readNBytes(HEAD_BYTES));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a file of this format is, as {@code an ONNX model (.onnx)}. */
    public String description() {
        return description;
    }

    /**
     * How to make a SavedModel of it, as the action of a failure.
     *
     * @param name name of the file
     */
    public String action(String name) {
        return action.formatted(name);
    }

    /** The failure of a file of this format where a SavedModel is expected. */
    public FailureException refusal(Path file) {
        return FailureException.invalidInput(
                file + " is " + description + ", not a SavedModel.",
                action(file.getFileName().toString()));
    }

    private static boolean startsWith(byte[] head, int at, String magic) {
        var bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
        return head.length >= at + bytes.length
                && Arrays.equals(head, at, at + bytes.length, bytes, 0, bytes.length);
    }

    private static boolean contains(byte[] head, String text) {
        return new String(head, StandardCharsets.ISO_8859_1).contains(text);
    }
}
