package io.pitlane.graph.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.LayerNets;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.OpDef;

class OperationsTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    static Stream<LayerNets.Variant> layers() {
        return LayerNets.variants();
    }

    /** Layers whose output channels one axis of the kernel counts. */
    static Stream<LayerNets.Variant> layersOfOneOutputAxis() {
        return layers().filter(
                        layer ->
                                !Set.of(KernelLayout.DEPTHWISE, KernelLayout.EINSUM)
                                        .contains(layer.operation().kernel().orElseThrow()));
    }

    @Test
    void tensorFlowHasEveryOperationOfTheTable() {
        assertThat(Operations.all())
                .extracting(Operation::name)
                .allSatisfy(name -> assertThat(RegisteredOps.contains(name)).as(name).isTrue());
    }

    @Test
    void anOperationThatTheTableDoesNotHaveCanDoNothing() {
        // When
        var unknown = Operations.of("LRN");

        // Then
        assertThat(unknown.kind()).isEqualTo(Kind.OTHER);
        assertThat(unknown.kernel()).isEmpty();
        assertThat(unknown.isPrunable()).isFalse();
        assertThat(unknown.isTrainable()).isFalse();
        assertThat(unknown.hasSlope()).isTrue();
    }

    @Test
    void everyAllowedOperationOnQuantizedTensorsIsMarked() {
        assertThat(TensorFlow.registeredOpList().getOpList())
                .extracting(OpDef::getName)
                .filteredOn(OpAllowList::allows)
                .filteredOn(name -> name.contains("uantize"))
                .isNotEmpty()
                .allSatisfy(
                        name -> assertThat(Operations.of(name).isQuantized()).as(name).isTrue());
    }

    @Test
    void whatCanBeTrainedIsWhatTensorFlowHasAGradientFor() {
        var weighted = Set.of(Kind.LAYER, Kind.BIAS, Kind.BATCH_NORM);

        assertThat(Operations.all())
                .filteredOn(operation -> weighted.contains(operation.kind()))
                .allSatisfy(
                        operation ->
                                assertThat(operation.isTrainable())
                                        .as(operation.name())
                                        .isEqualTo(tensorflow.TFJ_HasGradient(operation.name())));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theKernelIsWhereTheTableSays(LayerNets.Variant layer) {
        // Given
        var graph = layer.net();

        // When
        var kernel = LayerKernel.of(graph, graph.node(LayerNets.LAYER));

        // Then
        assertThat(kernel)
                .get()
                .satisfies(found -> assertThat(found.name()).isEqualTo(LayerNets.KERNEL))
                .satisfies(found -> assertThat(found.slot()).isEqualTo(layer.slot()));
    }

    @ParameterizedTest
    @MethodSource("layersOfOneOutputAxis")
    void theWeightsAlongTheOutputAxisMakeOneChannelEach(LayerNets.Variant layer) {
        // Given
        var graph = layer.net();
        var kernel = LayerKernel.of(graph, graph.node(LayerNets.LAYER)).orElseThrow();
        var layout = layer.operation().kernel().orElseThrow();
        int axis = layout.outputAxis(kernel.layer(), kernel.slot(), kernel.rank()).orElseThrow();

        // When
        var withoutFirst = zeroedAt(kernel.values(), axis, 0).toConst(kernel.name());
        var output = output(graph.edit().put(withoutFirst).build());

        // Then
        int channelAxis = output.rank() - (kernel.slot() == 0 ? 2 : 1);
        int channels = (int) output.shape()[channelAxis];
        assertThat(channels).isEqualTo((int) kernel.values().shape()[axis]);
        assertThat(output.select(channelAxis, new int[] {0}).values()).containsOnly(0f);
        for (int channel = 1; channel < channels; channel++) {
            assertThat(output.select(channelAxis, new int[] {channel}).values())
                    .isNotEqualTo(output.select(channelAxis, new int[] {0}).values());
        }
    }

    private static FloatTensor output(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return session.run(new TestNet(-1, 8, 8, 1).images(), TensorRef.of(LayerNets.LAYER));
        }
    }

    private static FloatTensor zeroedAt(FloatTensor tensor, int axis, int position) {
        int inner = 1;
        for (int i = axis + 1; i < tensor.rank(); i++) {
            inner *= (int) tensor.shape()[i];
        }
        var values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = i / inner % tensor.shape()[axis] == position ? 0 : values[i];
        }
        return new FloatTensor(values, tensor.shape());
    }

    @ParameterizedTest
    @MethodSource("layers")
    void everyLayerHasMacs(LayerNets.Variant layer) {
        var footprint = Footprint.of(layer.net());

        assertThat(footprint.layers())
                .filteredOn(each -> each.name().equals(LayerNets.LAYER))
                .singleElement()
                .satisfies(each -> assertThat(each.macs()).isPositive())
                .satisfies(each -> assertThat(each.parameters()).isPositive());
    }
}
