package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

class ExportCommandTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("net.onnx");
    }

    @Test
    void aSavedModelBecomesAnOnnxFileThatNamesItsDigest() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(SampleGraphs.residual(), model);
        var digest = Archive.pack(model, folder.resolve("packed.tar.gz")).digest();

        // When
        assertThat(export(model, file)).isZero();

        // Then
        assertThat(out.toString()).contains(file.toString(), "kB");
        var onnx = ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(onnx.getGraph().getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("image");
        assertThat(onnx.getGraph().getOutputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("scores");
        assertThat(onnx.getMetadataPropsList())
                .extracting(StringStringEntryProto::getKey, StringStringEntryProto::getValue)
                .contains(
                        tuple("pitlane.model.digest", digest),
                        tuple("pitlane.model.source", "signs"));
    }

    @Test
    void aSavedModelBecomesATfliteFileOfHalfTheSizeInFloat16() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(SampleGraphs.plain(), model);
        var large = folder.resolve("large.tflite");
        var small = folder.resolve("small.tflite");

        // When
        assertThat(exportAs("tflite", model, large)).isZero();
        assertThat(exportAs("tflite", model, small, "--precision", "float16")).isZero();

        // Then
        assertThat(ModelFileFormat.of(large)).contains(ModelFileFormat.TFLITE);
        assertThat((double) Files.size(small) / Files.size(large)).isBetween(0.45, 0.8);
    }

    @Test
    void aModelThatIsNotQuantizedIsNotExportedInInt8() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(SampleGraphs.plain(), model);
        var to = folder.resolve("net.tflite");

        // When
        assertThat(exportAs("tflite", model, to, "--precision", "int8"))
                .isEqualTo(ExitCode.WRONG_INPUT);

        // Then
        assertThat(err.toString()).contains("no quantized layers");
        assertThat(to).doesNotExist();
    }

    @Test
    void aQuantizedModelBecomesASavedModelOfInt8Kernels() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(firstLayerQuantized(SampleGraphs.plain()), model);
        var to = folder.resolve("int8");

        // When
        assertThat(exportAs("tensorflow", model, to)).isZero();
        assertThat(exportAs("tensorflow", model, to)).as("it is replaced").isZero();

        // Then
        assertThat(SavedModelReader.read(to).nodes())
                .extracting(NodeDef::getOp)
                .contains("_FusedQuantizedConv2D");
    }

    @Test
    void theInputOfAQuantizedModelMayTakeBytes() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(firstLayerQuantized(SampleGraphs.plain()), model);

        // When
        assertThat(export(model, file, "--input-type", "uint8")).isZero();

        // Then
        assertThat(out.toString()).containsPattern("input 'image': uint8, [0-9.]+ \\* \\(byte - ");
        var onnx = ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(onnx.getGraph().getInput(0).getType().getTensorType().getElemType())
                .isEqualTo(TensorProto.DataType.UINT8.getNumber());
    }

    @Test
    void theInputOfAFloatModelTakesNoBytes() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(SampleGraphs.plain(), model);

        // When
        assertThat(export(model, file, "--input-type", "uint8")).isEqualTo(ExitCode.WRONG_INPUT);

        // Then
        assertThat(err.toString()).contains("uint8 takes one", "Quantize the model first");
        assertThat(file).doesNotExist();
    }

    @Test
    void aSavedModelHasNoFloat16() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(SampleGraphs.plain(), model);
        var to = folder.resolve("half");

        // When
        assertThat(exportAs("tensorflow", model, to, "--precision", "float16"))
                .isEqualTo(ExitCode.WRONG_INPUT);

        // Then
        assertThat(err.toString()).contains("no form with weights of float16");
        assertThat(to).doesNotExist();
    }

    @Test
    void aFrozenGraphIsExportedByItsPorts() throws IOException {
        // Given
        var frozen = folder.resolve("frozen.pb");
        Files.write(frozen, SampleGraphs.plain().toGraphDef().toByteArray());

        // When
        assertThat(export(frozen, file, "--output", "dense2")).isZero();

        // Then
        var onnx = ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(onnx.getGraph().getOutputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("dense2");
    }

    @Test
    void everyNodeInTheWayIsNamedAndNothingIsWritten() throws IOException {
        // Given
        var model = folder.resolve("special");
        SavedModelWriter.write(specialFunctions(), model);

        // When
        assertThat(exportAs("tflite", model, file)).isEqualTo(ExitCode.WRONG_INPUT);

        // Then
        assertThat(err.toString()).contains("'first' (Lgamma)", "'second' (Erfc)");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileOfAnotherKindIsNotReplaced() throws IOException {
        // Given
        var model = folder.resolve("signs");
        SavedModelWriter.write(SampleGraphs.plain(), model);
        Files.writeString(file, "notes");

        // When
        assertThat(export(model, file)).isEqualTo(ExitCode.WRONG_INPUT);

        // Then
        assertThat(err.toString()).contains("is not an ONNX model (.onnx), so it is not replaced");
        assertThat(file).hasContent("notes");
    }

    private static FlatGraph firstLayerQuantized(FlatGraph graph) {
        var layer = graph.node("conv1");
        var image = TensorRef.parse(layer.getInput(0));
        var kernel = TensorRef.parse(layer.getInput(1));
        var limits = new float[] {1, 1, 1, 1, 1, 1, 1, 1};
        var edit = graph.edit();
        var in = FakeQuantization.add(edit, "in", image, Quantization.unsigned(1, 0));
        var weights =
                FakeQuantization.add(edit, "weights", kernel, Quantization.perChannel(limits, 3));
        edit.setInput("conv1", 0, in).setInput("conv1", 1, weights);
        edit.redirect(TensorRef.of("relu1"), TensorRef.of("out"));
        FakeQuantization.add(edit, "out", TensorRef.of("relu1"), Quantization.unsigned(4, 0));
        return edit.build();
    }

    /** The scores of a network through functions that ONNX does not have. */
    private static FlatGraph specialFunctions() {
        var graph = SampleGraphs.plain();
        var output = graph.signature().outputs().get(0);
        return graph.edit()
                .put(
                        NodeBuilder.of("Lgamma", "first")
                                .input(output.tensor())
                                .type("T", DataType.DT_FLOAT)
                                .build())
                .put(
                        NodeBuilder.of("Erfc", "second")
                                .input("first")
                                .type("T", DataType.DT_FLOAT)
                                .build())
                .outputs(List.of(output.at(TensorRef.of("second"))))
                .build();
    }

    private int export(Path model, Path to, String... more) {
        return exportAs("onnx", model, to, more);
    }

    private int exportAs(String format, Path model, Path to, String... more) {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("export", model.toString(), "--format", format));
        arguments.addAll(List.of("--out", to.toString()));
        arguments.addAll(List.of(more));
        return Pitlane.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
