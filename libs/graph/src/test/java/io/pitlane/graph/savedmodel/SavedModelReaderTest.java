package io.pitlane.graph.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.batch.DynamicBatch;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

class SavedModelReaderTest {
    private static final Set<String> NOT_FLAT =
            Set.of(
                    "PartitionedCall",
                    "StatefulPartitionedCall",
                    "ReadVariableOp",
                    "VarHandleOp",
                    "VariableV2",
                    "Switch",
                    "Merge",
                    "If",
                    "Identity",
                    "PlaceholderWithDefault",
                    "FusedBatchNorm",
                    "FusedBatchNormV2",
                    "RandomUniform");

    @TempDir Path folder;

    static List<String> realModels() {
        return RealModels.USABLE;
    }

    @ParameterizedTest
    @MethodSource("realModels")
    void aRealExportIsReadWrittenAndReadAgainWithItsOutputsUnchanged(String name)
            throws IOException {
        // Given
        var original = RealModels.unpack(name, folder);
        var written = folder.resolve("written");

        // When
        var graph = SavedModelReader.read(original);
        SavedModelWriter.write(graph, written);
        var again = SavedModelReader.read(written);

        // Then
        var key = graph.signature().key();
        int batch = batchOf(SavedModelSignature.read(original));
        var expected = ModelOutputs.ofOriginal(original, key, batch, 1);
        assertThat(expected.relativeDifference(ModelOutputs.of(graph, batch, 1))).isLessThan(1e-5);
        assertThat(expected.relativeDifference(ModelOutputs.ofOriginal(written, key, batch, 1)))
                .isLessThan(1e-5);
        assertThat(expected.largest()).isGreaterThan(0.01);
        assertThat(ops(graph)).doesNotContainAnyElementsOf(NOT_FLAT);
        assertThat(again.nodes()).isEqualTo(graph.nodes());
        assertThat(again.signature()).isEqualTo(graph.signature());
    }

    /** The batch size of an export, or one that differs from all. */
    private static int batchOf(GraphSignature signature) {
        var fixed = signature.inputs().get(0).shape().get(0);
        return fixed < 0 ? 3 : fixed.intValue();
    }

    @Test
    void anExportOfAFixedBatchSizeTakesAnyNumberOfImages() throws IOException {
        // Given
        var original = RealModels.unpack("tf1-fixed-batch", folder);

        // When
        var read = SavedModelReader.readWithNote(original, null);

        // Then
        assertThat(batchOf(SavedModelSignature.read(original))).isEqualTo(2);
        assertThat(read.graph().signature().inputs().get(0).shape().get(0)).isEqualTo(-1);
        assertThat(read.graph().signature().outputs().get(0).shape().get(0)).isEqualTo(-1);
        assertThat(read.note().orElseThrow()).contains("exactly 2 images a call");
    }

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aGraphOfOurOwnIsReadAsItWasWritten(String name) {
        // Given
        var graph = SampleGraphs.all().get(name).get();
        SavedModelWriter.write(graph, folder);

        // When
        var read = SavedModelReader.read(folder);

        // Then
        int batch = batchOf(graph.signature());
        assertThat(read.signature()).isEqualTo(DynamicBatch.of(graph).graph().signature());
        assertThat(ModelOutputs.of(graph, batch, 1).maxDifference(ModelOutputs.of(read, batch, 1)))
                .isLessThan(1e-6);
    }

    @Test
    void theTrafficSignModelIsReadWithItsOutputsUnchanged() {
        // Given
        var original =
                Path.of(System.getProperty("pitlane.shared", "none"), "models", "keras-gtsrb");
        Assumptions.assumeTrue(Files.isDirectory(original), "the shared models are not here");

        // When
        var graph = SavedModelReader.read(original);

        // Then
        var expected = ModelOutputs.ofOriginal(original, "serving_default", 8, 255);
        assertThat(expected.maxDifference(ModelOutputs.of(graph, 8, 255))).isLessThan(1e-5);
        assertThat(ops(graph))
                .containsOnly(
                        "Placeholder",
                        "Const",
                        "Conv2D",
                        "BiasAdd",
                        "Relu",
                        "MaxPool",
                        "Reshape",
                        "MatMul",
                        "Softmax");
        assertThat(graph.find("conv2d_4/kernel")).isPresent();
        assertThat(graph.find("sequential_2/dense_1/MatMul")).isPresent();
    }

    @Test
    void aModelThatTensorFlowForJavaExportedIsRead() throws IOException {
        // Given
        var original = folder.resolve("exported");
        try (var graph = new Graph();
                var session = new Session(graph)) {
            var tf = Ops.create(graph);
            var x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 2)));
            var w = tf.withName("w").variable(tf.constant(new float[][] {{1, 2, 3}, {4, 5, 6}}));
            var y = tf.nn.relu(tf.linalg.matMul(x, w));
            session.initialize();
            var signature =
                    Signature.builder("serving_default").input("x", x).output("y", y).build();
            SavedModelBundle.exporter(original.toString())
                    .withSession(session)
                    .withSignature(signature)
                    .export();
        }

        // When
        var graph = SavedModelReader.read(original);

        // Then
        assertThat(FloatTensor.of(graph.node("w")).values()).containsExactly(1, 2, 3, 4, 5, 6);
        var expected = ModelOutputs.ofOriginal(original, "serving_default", 3, 1);
        assertThat(expected.maxDifference(ModelOutputs.of(graph, 3, 1))).isZero();
    }

    @Test
    void keras3BatchNormFoldsToOneFactorAndOneSummand() throws IOException {
        var graph = SavedModelReader.read(RealModels.unpack("keras3-residual", folder));

        assertThat(ops(graph)).contains("Mul", "AddV2").doesNotContain("Rsqrt", "Sub", "Squeeze");
    }

    @Test
    void portsKeepTheirNamesTypesAndShapesInOrder() throws IOException {
        var signature =
                SavedModelReader.read(RealModels.unpack("keras2-two-inputs", folder)).signature();

        assertThat(signature.key()).isEqualTo("serving_default");
        assertThat(signature.inputs())
                .extracting(GraphSignature.Port::name)
                .containsExactly("aux", "img");
        assertThat(signature.inputs().get(1).shape()).containsExactly(2L, 16L, 16L, 3L);
        assertThat(signature.outputs())
                .hasSize(2)
                .isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
    }

    @Test
    void oneOfSeveralSignaturesIsReadByItsName() throws IOException {
        // Given
        var original = RealModels.unpack("tf1-two-signatures", folder);

        // When
        var graph = SavedModelReader.read(original, "classify");

        // Then
        assertThat(
                        ModelOutputs.ofOriginal(original, "classify", 3, 1)
                                .maxDifference(ModelOutputs.of(graph, 3, 1)))
                .isLessThan(1e-5);
        assertRefused(() -> SavedModelReader.read(original), "classify, predict");
        assertRefused(
                () -> SavedModelReader.read(original, "clasify"), "clasify", "classify, predict");
    }

    @Test
    void aConvolutionBetweenSpaceAndBatchIsReadAsADilatedOne() throws IOException {
        var graph = SavedModelReader.read(RealModels.unpack("module-atrous", folder));

        assertThat(graph.nodes())
                .filteredOn(node -> node.getOp().equals("Conv2D"))
                .extracting(node -> Attributes.of(node).ints("dilations", List.of()))
                .contains(List.of(1L, 2L, 2L, 1L));
        // The depthwise one keeps its own: its CPU kernel knows no dilation.
        assertThat(graph.nodes())
                .filteredOn(node -> node.getOp().equals("SpaceToBatchND"))
                .hasSize(1);
    }

    @Test
    void whereTheDefaultSignatureTakesStringsTheOneThatTakesImagesIsRead() throws IOException {
        // Given
        var original = RealModels.unpack("tf1-estimator", folder);

        // When
        var graph = SavedModelReader.read(original);

        // Then
        assertThat(graph.signature().key()).isEqualTo("predict");
        assertThat(ops(graph)).doesNotContain("ParseExampleV2", "HistogramSummary");
        assertRefused(
                () -> SavedModelReader.read(original, "serving_default"), "inputs", "strings");
    }

    @ParameterizedTest
    @CsvSource({
        "module-condition-on-data, cond",
        "module-loop-on-data, map/TensorArrayV2_1",
        "module-python-function, EagerPyFunc",
        "module-label-strings, label",
        "module-label-table, hash_table",
    })
    void whatCannotBeCompressedIsRefusedByTheNameOfItsNode(String model, String node)
            throws IOException {
        var original = RealModels.unpack(model, folder);

        assertRefused(() -> SavedModelReader.read(original), node);
    }

    @Test
    void whatIsNoSavedModelIsRefusedWithAReason() throws IOException {
        var file = Files.writeString(folder.resolve("model.h5"), "weights");

        assertRefused(() -> SavedModelReader.read(folder.resolve("none")), "does not exist");
        assertRefused(() -> SavedModelReader.read(file), "is a file");
        assertRefused(() -> SavedModelReader.read(folder), "is not a SavedModel");
    }

    @Test
    void anExceptionOfOurOwnIsTheModelsFaultOnlyIfTensorFlowRefusesItToo() {
        // Given
        var sound = SampleGraphs.plain().toGraphDef();
        var twice = sound.toBuilder().addNode(sound.getNode(0)).build();
        var cause = new IllegalArgumentException("no node is named x");

        // When
        var defect = SavedModelReader.explain(folder, sound, cause);
        var refused = SavedModelReader.explain(folder, twice, cause);

        // Then
        assertThat(defect.kind()).isEqualTo(Failure.Kind.INTERNAL);
        assertThat(defect).hasMessageContaining("no node is named x").hasCause(cause);
        assertThat(refused.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
        assertThat(refused.getCause()).hasSuppressedException(cause);
    }

    @Test
    void aFolderWithAModelInAnotherFormatIsRefusedByItsName() throws IOException {
        var zip = "PK\3\4........................config.json";
        var file = Files.writeString(folder.resolve("net.keras"), zip);

        assertRefused(() -> SavedModelReader.read(folder), "net.keras is a Keras model");
        assertRefused(() -> SavedModelReader.read(file), "net.keras is a Keras model");
    }

    @Test
    void aTruncatedOrDamagedFileIsRefused() throws IOException {
        // Given
        var original = RealModels.unpack("keras2-depthwise", folder);
        var file = original.resolve("saved_model.pb");
        var whole = Files.readAllBytes(file);

        for (int length : new int[] {0, 1, 100, whole.length / 2, whole.length - 1}) {
            // When
            Files.write(file, Arrays.copyOf(whole, length));

            // Then
            assertRefused(() -> SavedModelReader.read(original), "saved_model.pb");
        }
    }

    @Test
    void missingVariablesAreRefused() throws IOException {
        // Given
        var original = RealModels.unpack("keras2-depthwise", folder);
        Files.delete(original.resolve("variables/variables.index"));

        // When, Then
        assertRefused(() -> SavedModelReader.read(original), "variables");
    }

    private static Set<String> ops(FlatGraph graph) {
        return graph.nodes().stream().map(NodeDef::getOp).collect(Collectors.toSet());
    }

    private static void assertRefused(Runnable reading, String... words) {
        assertThatThrownBy(reading::run)
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(refusal.getMessage()).contains(words).endsWith(".");
                            assertThat(refusal.action()).endsWith(".");
                        });
    }
}
