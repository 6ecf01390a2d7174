package io.pitlane.graph.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

class FrozenGraphTest {
    @TempDir Path folder;

    @Test
    void aFrozenGraphBecomesASavedModelWithTheSameOutputs() throws IOException {
        // Given
        var exported = SavedModelReader.read(RealModels.unpack("tf1-segmenter", folder));
        var file = frozen(exported.toGraphDef());

        // When
        FrozenGraph.toSavedModel(file, FrozenGraphPorts.INFERRED, folder.resolve("model"));

        // Then
        var read = SavedModelReader.read(folder.resolve("model"));
        assertThat(ModelFileFormat.of(file)).contains(ModelFileFormat.FROZEN_GRAPH);
        assertThat(only(read.signature().inputs()).shape())
                .isEqualTo(only(exported.signature().inputs()).shape());
        var output = only(read.signature().outputs());
        var known =
                exported.signature().outputs().stream()
                        .filter(port -> port.tensor().equals(output.tensor()))
                        .findFirst()
                        .orElseThrow();
        assertThat(
                        ModelOutputs.ofOriginal(folder.resolve("model"), "serving_default", 2, 1)
                                .byPort()
                                .get(output.name()))
                .isEqualTo(ModelOutputs.of(exported, 2, 1).byPort().get(known.name()));
    }

    @Test
    void theShapeOfAnOutputIsInferred() throws IOException {
        // When
        var read = convert(SampleGraphs.plain().toGraphDef(), FrozenGraphPorts.INFERRED);

        // Then
        assertThat(read.signature().inputs())
                .containsExactly(
                        new Port(
                                "image",
                                read.signature().inputs().get(0).tensor(),
                                DataType.DT_FLOAT,
                                List.of(-1L, 16L, 16L, 3L)));
        assertThat(only(read.signature().outputs()).name()).isEqualTo("softmax");
        assertThat(only(read.signature().outputs()).shape()).containsExactly(-1L, 10L);
    }

    @Test
    void severalNodesThatNobodyReadsAreListed() throws IOException {
        // Given
        var graph = SampleGraphs.detector().toGraphDef();

        // Then
        assertRefused(graph, FrozenGraphPorts.INFERRED, "boxes' (", "could be an output");
    }

    @Test
    void theNamedOutputsAreTheOutputs() throws IOException {
        // Given
        var graph = SampleGraphs.plain().toGraphDef();

        // When
        var read = convert(graph, new FrozenGraphPorts(null, List.of("bias4:0", "softmax")));

        // Then
        assertThat(read.signature().outputs().stream().map(Port::name))
                .containsExactly("bias4", "softmax");
        assertThat(ModelOutputs.of(read, 2, 1).byPort().get("softmax"))
                .isEqualTo(ModelOutputs.of(SampleGraphs.plain(), 2, 1).byPort().get("scores"));
    }

    @Test
    void aNodeInTheMiddleCanBeTheInput() throws IOException {
        // Given
        var decoded =
                GraphDef.newBuilder()
                        .addNode(
                                NodeBuilder.of("Placeholder", "jpeg")
                                        .type("dtype", DataType.DT_STRING)
                                        .shape("shape")
                                        .build())
                        .addNode(
                                NodeBuilder.of("DecodeJpeg", "decode")
                                        .input("jpeg")
                                        .integer("channels", 3)
                                        .build())
                        .addNode(
                                NodeBuilder.of("Cast", "image")
                                        .input("decode")
                                        .type("SrcT", DataType.DT_UINT8)
                                        .type("DstT", DataType.DT_FLOAT)
                                        .build())
                        .addNode(
                                NodeBuilder.of("Relu", "relu")
                                        .input("image")
                                        .type("T", DataType.DT_FLOAT)
                                        .build())
                        .build();

        // When
        var read = convert(decoded, new FrozenGraphPorts(List.of("image"), null));

        // Then
        assertThat(only(read.signature().inputs()).shape()).containsExactly(-1L, -1L, 3L);
        assertThat(read.nodes().stream().map(NodeDef::getName)).containsExactly("image", "relu");
        assertRefused(decoded, FrozenGraphPorts.INFERRED, "'decode'", "DecodeJpeg");
    }

    @Test
    void aNameThatIsNotThereIsRefusedWithTheNearest() throws IOException {
        assertThatThrownBy(
                        () ->
                                convert(
                                        SampleGraphs.plain().toGraphDef(),
                                        new FrozenGraphPorts(List.of("imgae"), null)))
                .hasMessageContaining("no node 'imgae'")
                .satisfies(
                        e -> assertThat(((FailureException) e).action()).contains("Write 'image'"));
    }

    @Test
    void aGraphThatIsNotFrozenIsRefused() throws IOException {
        // Given
        var graph =
                SampleGraphs.plain().toGraphDef().toBuilder()
                        .addNode(
                                NodeBuilder.of("VariableV2", "weights")
                                        .type("dtype", DataType.DT_FLOAT)
                                        .shape("shape", 10)
                                        .build())
                        .addNode(
                                NodeBuilder.of("BiasAdd", "last")
                                        .input("softmax")
                                        .input("weights")
                                        .type("T", DataType.DT_FLOAT)
                                        .build())
                        .build();

        // Then
        assertRefused(graph, FrozenGraphPorts.INFERRED, "'weights'", "not frozen");
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        // Given
        var file = frozen(SampleGraphs.plain().toGraphDef());
        var whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        // Then
        assertThatThrownBy(
                        () ->
                                FrozenGraph.toSavedModel(
                                        file, FrozenGraphPorts.INFERRED, folder.resolve("model")))
                .hasMessageContaining("frozen.pb is damaged or cut short");
    }

    private FlatGraph convert(GraphDef graph, FrozenGraphPorts ports) throws IOException {
        var model = folder.resolve("model");
        FrozenGraph.toSavedModel(frozen(graph), ports, model);
        return SavedModelReader.read(model);
    }

    private void assertRefused(GraphDef graph, FrozenGraphPorts ports, String... words) {
        assertThatThrownBy(() -> convert(graph, ports))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(refusal.getMessage()).contains(words).endsWith(".");
                            assertThat(refusal.action()).endsWith(".");
                        });
    }

    private Path frozen(GraphDef graph) throws IOException {
        return Files.write(folder.resolve("frozen.pb"), graph.toByteArray());
    }

    private static Port only(List<Port> ports) {
        assertThat(ports).hasSize(1);
        return ports.get(0);
    }
}
