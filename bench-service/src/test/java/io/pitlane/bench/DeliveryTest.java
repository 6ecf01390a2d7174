package io.pitlane.bench;

import static io.pitlane.contract.artifact.ModelFormat.ONNX;
import static io.pitlane.contract.artifact.ModelFormat.TENSORFLOW;
import static io.pitlane.contract.artifact.ModelFormat.TFLITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import ai.onnx.proto.OnnxMl;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageOutcome.Deliverable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.TensorProto;

class DeliveryTest {
    @TempDir private Path folder;

    @Test
    void byDefaultTheCandidateIsDeliveredInEveryFormatThatCanExpressIt() throws IOException {
        // Given
        var run =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("prune", TinyRun.ORIGINAL);

        // When
        var measured = run.measure(null);

        // Then
        assertThat(measured.deliverables())
                .extracting(Deliverable::format)
                .contains(TENSORFLOW, ONNX);
        assertThat(path(measured, 0)).isEqualTo(run.savedModel(1));
        assertThat(measured.report().verdict().passed()).isTrue();
    }

    @Test
    void anExportedFileSaysWhatItIsAndHowToFeedIt() throws IOException {
        // Given
        var run = new TinyRun(folder).model("original", TinyRun.ORIGINAL).deliver(List.of(ONNX));

        // When
        var measured = run.measure(null);

        // Then
        assertThat(measured.deliverables()).hasSize(1);
        assertThat(path(measured, 0)).hasFileName("model.onnx");
        var model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(path(measured, 0)));
        assertThat(model.getProducerVersion()).isNotEmpty();
        var properties =
                model.getMetadataPropsList().stream()
                        .collect(
                                Collectors.toMap(
                                        OnnxMl.StringStringEntryProto::getKey,
                                        OnnxMl.StringStringEntryProto::getValue));
        assertThat(properties)
                .containsEntry(ExportMetadata.MODEL_DIGEST, "digest-of-original")
                .containsEntry(ExportMetadata.RUN, "run-1")
                .containsEntry(ExportMetadata.PLAN, "tiny");
        var preprocessing =
                JsonMapper.builder().build().readTree(properties.get(ExportMetadata.PREPROCESSING));
        assertThat(preprocessing.get("scale").asDouble()).isEqualTo(1);
        assertThat(preprocessing.get("channels").asText()).isEqualTo("rgb");
    }

    @Test
    void aFormatThatThePlanAsksForAndCannotHaveKeepsTheRunFromPassing() throws IOException {
        // Given
        var run =
                new TinyRun(folder)
                        .model("original", mirrored())
                        .model("prune", mirrored())
                        .deliver(List.of(ONNX, TENSORFLOW));

        // When
        var measured = run.measure(null);

        // Then
        assertThat(measured.deliverables())
                .extracting(Deliverable::format)
                .containsExactly(TENSORFLOW);
        assertThat(measured.report().verdict().passed()).isFalse();
        assertThat(measured.report().verdict().violations())
                .singleElement()
                .satisfies(
                        violation ->
                                assertThat(violation)
                                        .startsWith(
                                                "Not delivered as onnx: 'mirror' (MirrorPad): "));
    }

    @Test
    void aFormatThatIsMissingByDefaultIsANote() throws IOException {
        // Given
        var run = new TinyRun(folder).model("original", mirrored());

        // When
        var measured = run.measure(null);

        // Then
        assertThat(measured.deliverables())
                .extracting(Deliverable::format)
                .contains(TENSORFLOW)
                .doesNotContain(ONNX, TFLITE);
        assertThat(measured.report().verdict().passed()).isTrue();
        assertThat(measured.report().models())
                .last()
                .extracting(ModelFigures::notes)
                .asString()
                .contains("Not delivered as onnx: 'mirror' (MirrorPad): ");
    }

    private static Path path(StageOutcome.Measured measured, int index) {
        return measured.deliverables().get(index).path();
    }

    /** The original with a padding that ONNX does not have. */
    private static FlatGraph mirrored() {
        var editor = TinyRun.ORIGINAL.graph().edit();
        var amounts =
                TensorProto.newBuilder()
                        .setDtype(DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto(4, 2))
                        .addAllIntVal(List.of(0, 0, 1, 1, 1, 1, 0, 0));
        editor.put(NodeBuilder.constant("amounts", amounts.build()));
        editor.put(
                NodeBuilder.of("MirrorPad", "mirror")
                        .input(TensorRef.of("relu"))
                        .input("amounts")
                        .type("T", DT_FLOAT)
                        .type("Tpaddings", DT_INT32)
                        .string("mode", "SYMMETRIC")
                        .build());
        return editor.setInput("mean", 0, TensorRef.of("mirror")).build();
    }
}
