package io.pitlane.bench;

import static io.pitlane.contract.artifact.DeliveryFormat.ONNX;
import static io.pitlane.contract.artifact.DeliveryFormat.PACKED;
import static io.pitlane.contract.artifact.DeliveryFormat.TENSORFLOW;
import static io.pitlane.contract.artifact.DeliveryFormat.TFLITE;
import static io.pitlane.formats.export.Precision.BFLOAT16;
import static io.pitlane.formats.export.Precision.FLOAT32;
import static io.pitlane.formats.export.Precision.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_BFLOAT16;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import ai.onnx.proto.OnnxMl;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.report.LayerFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.Step;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.graph.quantization.Bfloat16Region;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageOutcome.Deliverable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.NodeDef;

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
                .contains(TENSORFLOW, ONNX, PACKED);
        assertThat(path(measured, 0)).isEqualTo(run.savedModel(1));
        assertThat(measured.report().verdict().passed()).isTrue();
        assertThat(measured.report().models().get(1).notes())
                .anySatisfy(
                        note ->
                                assertThat(note)
                                        .startsWith(
                                                "Delivered as onnx: run by ONNX Runtime, its outputs"
                                                        + " are those of the candidate's graph"
                                                        + " within "));
    }

    @Test
    void anExportThatComputesSomethingElseIsNotDelivered() throws IOException {
        // Given
        var task =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .deliver(List.of(ONNX, TENSORFLOW))
                        .task(null);
        Exporter defective =
                (format, graph, precision) ->
                        ModelExports.of(format, halved(graph, "dense/kernel"), precision);

        // When
        var delivery =
                Delivery.of(
                        task,
                        TensorFlowModels.of(task, engines(Map.of())),
                        TestData.open(task),
                        defective);

        // Then
        assertThat(delivery.deliverables())
                .extracting(Deliverable::format)
                .containsExactly(TENSORFLOW);
        var report = delivery.addTo(report());
        assertThat(report.verdict().passed()).isFalse();
        assertThat(report.verdict().violations())
                .containsExactly(
                        "Not delivered as onnx: run by ONNX Runtime, its output 'scores' differs"
                                + " from that of the candidate's graph by 5.0e-01, more than"
                                + " 0.001; the first layer that differs is 'logits', by 5.0e-01.");
    }

    @ParameterizedTest
    @CsvSource({
        "ONNX, FLOAT32, conv/kernel, relu",
        "ONNX, FLOAT32, dense/kernel, logits",
        "ONNX, INT8, conv/kernel, relu/quantized",
        "ONNX, INT8, dense/kernel, logits",
        "TFLITE, INT8, conv/kernel, relu/quantized",
        "TENSORFLOW, INT8, conv/kernel, relu/quantized"
    })
    void theFirstLayerThatDiffersIsNamed(
            ModelFormat format, Precision precision, String weights, String layer)
            throws IOException {
        // Given
        var task = new TinyRun(folder).model("original", TinyRun.ORIGINAL).task(null);
        Exporter defective =
                (as, exported, any) -> ModelExports.of(as, halved(exported, weights), any);
        var original = TinyRun.ORIGINAL.graph();
        var graph = precision == FLOAT32 ? original : quantized(original);
        var file = folder.resolve(format.fileName());
        defective.of(format, graph, precision).write(file, ExportMetadata.of(Map.of()));

        // When
        var check = new ExportCheck(defective, graph, TestData.open(task), task.plan(), folder);
        var result = check.of(format, file);

        // Then
        assertThat(result.agrees()).isFalse();
        assertThat(result.finding()).contains("the first layer that differs is '" + layer + "'");
    }

    @Test
    void aQuantizedCandidateIsDeliveredWithTheKernelsOfEachEngine() throws IOException {
        // Given
        var run =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("quantize", quantized(TinyRun.ORIGINAL.graph()))
                        .deliver(List.of(TENSORFLOW, ONNX));

        // When
        var measured = run.measure(null);

        // Then
        var kernels = SavedModelReader.read(path(measured, 0)).nodes();
        assertThat(kernels).extracting(NodeDef::getOp).contains("_FusedQuantizedConv2D");
        assertThat(measured.report().models().get(1).notes())
                .anySatisfy(note -> assertThat(note).startsWith("Delivered as tensorflow: "))
                .anySatisfy(note -> assertThat(note).startsWith("Delivered as onnx: "));
        // The layers have the names of the original's, not those of fused kernels
        var layers = measured.report().layers();
        assertThat(layers)
                .allSatisfy(layer -> assertThat(layer.macs()).isEqualTo(layer.originalMacs()));
        assertThat(layers.get(0).name()).isEqualTo("conv");
        assertThat(layers).extracting(LayerFigures::bits).containsExactly(8, 32);
    }

    @Test
    void withoutInt8KernelsTheOtherFormatsAreDeliveredAndTensorFlowSimulates() throws IOException {
        // Given
        var run =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("quantize", quantized(TinyRun.ORIGINAL.graph()))
                        .on(
                                new BenchStage(
                                        new AvailableMemory(),
                                        planned -> engines(Map.of(INT8, "no kernels here"))))
                        .deliver(List.of(ONNX));

        // When
        var measured = run.measure(null);

        // Then
        assertThat(measured.deliverables()).extracting(Deliverable::format).containsExactly(ONNX);
        assertThat(measured.report().verdict().violations())
                .noneMatch(violation -> violation.startsWith("Not delivered"));
        assertThat(measured.report().models().get(1).sizeBytes())
                .isEqualTo(ModelSizeProbe.bytes(run.savedModel(1)));
        assertThat(measured.report().models().get(1).notes())
                .contains(
                        "On TensorFlow this is the simulation in float, in size, accuracy and"
                                + " speed: no kernels here.");
    }

    @Test
    void aSavedModelThatIsAskedForIsMissingWithoutInt8Kernels() throws IOException {
        // Given
        var task =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("quantize", quantized(TinyRun.ORIGINAL.graph()))
                        .deliver(List.of(TENSORFLOW, ONNX))
                        .task(null);
        var models = TensorFlowModels.of(task, engines(Map.of(INT8, "no kernels here")));

        // When
        var delivery = Delivery.of(task, models, TestData.open(task));

        // Then
        assertThat(delivery.deliverables()).extracting(Deliverable::format).containsExactly(ONNX);
        assertThat(delivery.addTo(report()).verdict().violations())
                .containsExactly("Not delivered as tensorflow: no kernels here.");
    }

    @Test
    void aCandidateInBfloat16IsMeasuredAndDeliveredWithKernelsOfIt() throws IOException {
        // Given
        var run = bfloat16(Map.of());

        // When
        var measured = run.measure(null);

        // Then
        var candidate = measured.report().models().get(1);
        assertThat(candidate.notes())
                .contains(
                        "On TensorFlow 2 layers compute in bfloat16, by the processor's instructions.")
                .anySatisfy(note -> assertThat(note).startsWith("Delivered as tensorflow: run by"));
        assertThat(measured.deliverables())
                .extracting(Deliverable::format)
                .containsExactlyInAnyOrder(DeliveryFormat.values());
        assertThat(SavedModelReader.read(savedModel(measured)).nodes())
                .filteredOn(node -> node.getOp().equals("Conv2D"))
                .allSatisfy(
                        node ->
                                assertThat(node.getAttrOrThrow("T").getType())
                                        .isEqualTo(DT_BFLOAT16));
    }

    @Test
    void withoutInstructionsForBfloat16ItIsSimulatedAndDeliveredSo() throws IOException {
        // Given
        var run = bfloat16(Map.of(BFLOAT16, "no instructions here"));

        // When
        var measured = run.measure(null);

        // Then
        assertThat(measured.report().models().get(1).notes())
                .contains(
                        "On TensorFlow this is the simulation in float, in size, accuracy and"
                                + " speed: no instructions here.");
        assertThat(savedModel(measured)).isEqualTo(run.savedModel(1));
    }

    private TinyRun bfloat16(Map<Precision, String> simulated) throws IOException {
        var graph = TinyRun.ORIGINAL.graph();
        var layers = Bfloat16Region.supported(graph);
        return new TinyRun(folder)
                .model("original", TinyRun.ORIGINAL)
                .model("quantize", new Bfloat16Graph(graph, layers).simulated())
                .on(new BenchStage(new AvailableMemory(), planned -> engines(simulated)));
    }

    private static Path savedModel(StageOutcome.Measured measured) {
        return measured.deliverables().stream()
                .filter(deliverable -> deliverable.format() == TENSORFLOW)
                .findFirst()
                .orElseThrow()
                .path();
    }

    @Test
    void aFormatThatTheOriginalCannotHaveIsKnownBeforeTheRun() throws IOException {
        // Given
        var run = new TinyRun(folder).model("original", resizedByArea()).deliver(List.of(TFLITE));
        var plan = run.task(null).plan();
        var step = new PlannedStep(plan, 0, run.savedModel(0), folder);

        // Then
        assertThatThrownBy(() -> new BenchStage().check(step))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).startsWith("Remove tflite from deliver"))
                .hasMessageStartingWith(
                        "deliver: the model cannot be expressed as tflite: 'resize' (ResizeArea): ");
    }

    @Test
    void whereAStepPutsAnotherNetworkInPlaceOnlyTheCandidateTells() throws IOException {
        // Given
        var run = new TinyRun(folder).model("original", resizedByArea()).deliver(List.of(TFLITE));
        var plan = run.task(null).plan();
        Step student =
                DistillStep.builder()
                        .student(new DistillStep.Student(null, null, "student", null))
                        .build();
        var distilled = plan.withSteps(List.of(student, plan.bench()));

        // Then
        assertThatCode(
                        () ->
                                new BenchStage()
                                        .check(
                                                new PlannedStep(
                                                        distilled, 1, run.savedModel(0), folder)))
                .doesNotThrowAnyException();
    }

    @Test
    void aFileThatTheEngineCannotLoadIsNotDelivered() throws IOException {
        // Given
        var task = new TinyRun(folder).model("original", TinyRun.ORIGINAL).task(null);
        var graph = TinyRun.ORIGINAL.graph();
        var check =
                new ExportCheck(ModelExports::of, graph, TestData.open(task), task.plan(), folder);

        // When
        var file = Files.writeString(folder.resolve("model.onnx"), "no model");
        var result = check.of(ModelFormat.ONNX, file);

        // Then
        assertThat(result.agrees()).isFalse();
        assertThat(result.finding())
                .startsWith("ONNX Runtime does not run it: ")
                .doesNotEndWith(".");
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
                        .model("original", resizedByArea())
                        .model("prune", resizedByArea())
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
                                                "Not delivered as onnx: 'resize' (ResizeArea): "));
    }

    @Test
    void aFormatThatIsMissingByDefaultIsANote() throws IOException {
        // Given
        var run = new TinyRun(folder).model("original", resizedByArea());

        // When
        var measured = run.measure(null);

        // Then
        assertThat(measured.deliverables())
                .extracting(Deliverable::format)
                .containsExactly(TENSORFLOW, PACKED);
        assertThat(measured.report().verdict().passed()).isTrue();
        assertThat(measured.report().models())
                .last()
                .extracting(ModelFigures::notes)
                .asString()
                .contains("Not delivered as onnx: 'resize' (ResizeArea): ");
    }

    private static Path path(StageOutcome.Measured measured, int index) {
        return measured.deliverables().get(index).path();
    }

    private static FlatGraph halved(FlatGraph graph, String constant) {
        var values = FloatTensor.of(graph.node(constant));
        return graph.edit().put(values.map(value -> value / 2).toConst(constant)).build();
    }

    /** The convolution in int8: its input from 0 to 255, its output up to 400. */
    private static FlatGraph quantized(FlatGraph graph) {
        var editor = graph.edit();
        var kernel = FloatTensor.of(graph.node("conv/kernel"));
        var limits = new float[(int) kernel.shape()[3]];
        for (int i = 0; i < kernel.values().length; i++) {
            int channel = i % limits.length;
            limits[channel] = Math.max(limits[channel], Math.abs(kernel.values()[i]));
        }
        var image =
                quantize(editor, "images", new Quantization(8, false, new float[] {255}, 0, -1));
        var weights = quantize(editor, "conv/kernel", new Quantization(8, true, limits, 0, 3));
        editor.setInput("conv", 0, image).setInput("conv", 1, weights);
        var relu = quantize(editor, "relu", new Quantization(8, false, new float[] {400}, 0, -1));
        return editor.setInput("mean", 0, relu).build();
    }

    private static TensorRef quantize(
            GraphEditor editor, String tensor, Quantization quantization) {
        return FakeQuantization.add(
                editor, tensor + "/quantized", TensorRef.of(tensor), quantization);
    }

    private static EngineAvailability engines(Map<Precision, String> simulated) {
        return new EngineAvailability(Map.of(Engine.TENSORFLOW, "2.18.0"), Map.of(), simulated);
    }

    private static Report report() {
        return Report.builder()
                .verdict(new Report.Verdict(true, List.of(), List.of()))
                .models(List.of(ModelFigures.builder().notes(List.of()).build()))
                .build();
    }

    /** The original with a resize that no format but TensorFlow's has. */
    private static FlatGraph resizedByArea() {
        var editor = TinyRun.ORIGINAL.graph().edit();
        editor.put(NodeBuilder.intVector("size", 4, 4));
        editor.put(
                NodeBuilder.of("ResizeArea", "resize")
                        .input(TensorRef.of("relu"))
                        .input("size")
                        .type("T", DT_FLOAT)
                        .bool("align_corners", false)
                        .build());
        return editor.setInput("mean", 0, TensorRef.of("resize")).build();
    }
}
