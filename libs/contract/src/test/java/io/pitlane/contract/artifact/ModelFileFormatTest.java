package io.pitlane.contract.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileFormatTest {
    /** A ModelProto as PyTorch writes it: IR version 7, producer, version, then a graph. */
    private static final String ONNX =
            "\u0008\u0007\u0012\u0007pytorch\u001a\u00061.13.1:\u0002\n\0";

    /** A GraphDef of one Placeholder named x. */
    private static final String GRAPH_DEF = "\n\u0010\n\u0001x\u0012\u000bPlaceholder";

    /** A SavedModel of schema version 1, whose meta graph is tagged {@code serve}. */
    private static final String SAVED_MODEL = "\u0008\u0001\u0012\u0009\n\u0007\"\u0005serve";

    @TempDir Path folder;

    @Test
    void aKerasFileIsAZipWithAConfiguration() throws IOException {
        assertThat(ModelFileFormat.of(zip("metadata.json", "config.json", "model.weights.h5")))
                .contains(ModelFileFormat.KERAS);
        assertThat(ModelFileFormat.of(zip("saved_model.pb", "variables/variables.index")))
                .isEmpty();
    }

    @Test
    void otherFormatsAreRecognisedByTheirFirstBytes() {
        assertThat(of("\u0089HDF\r\n\u001a\n\0\0")).contains(ModelFileFormat.HDF5);
        assertThat(of("\u001c\0\0\0TFL3\u0014\0")).contains(ModelFileFormat.TFLITE);
        assertThat(of(ONNX)).contains(ModelFileFormat.ONNX);
        assertThat(of("\u0008\u0008:\u0003\n\u0001\0")).contains(ModelFileFormat.ONNX);
        assertThat(of(GRAPH_DEF)).contains(ModelFileFormat.FROZEN_GRAPH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\u0008",
                SAVED_MODEL,
                "not a model at all",
                "\u001f\u008b\u0008\0",
                "\n\u0010\n\u0001x\u0012\u0003b.c",
                "\u0008\u0007\u0012\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001"
            })
    void anythingElseIsNone(String content) {
        assertThat(of(content)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KERAS | load_model(\"net.x\").export(",
                "HDF5 | load_model(\"net.x\").export(",
                "TFLITE | tf.saved_model.save(",
                "ONNX | Name net.x itself",
                "FROZEN_GRAPH | pitlane compress"
            })
    void theRefusalSaysWhatItIsAndHowToMakeASavedModel(ModelFileFormat format, String how) {
        var refusal = format.refusal(Path.of("models/net.x"));

        assertThat(refusal.getMessage())
                .startsWith("models/net.x is " + format.description())
                .endsWith(", not a SavedModel.");
        assertThat(refusal.action()).contains(how).endsWith(".");
    }

    @Test
    void aFileIsRecognisedWhateverItsName() throws IOException {
        var file = Files.write(folder.resolve("model.tar.gz"), bytes(ONNX));

        assertThat(ModelFileFormat.of(file)).contains(ModelFileFormat.ONNX);
        assertThat(ModelFileFormat.of(folder.resolve("none"))).isEmpty();
    }

    private static Optional<ModelFileFormat> of(String head) {
        return ModelFileFormat.of(bytes(head));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] zip(String... names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(bytes("{}"));
            }
        }
        var head = bytes.toByteArray();
        return Arrays.copyOf(head, Math.min(head.length, ModelFileFormat.HEAD_BYTES));
    }
}
