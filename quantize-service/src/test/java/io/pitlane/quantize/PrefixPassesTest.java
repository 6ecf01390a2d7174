package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.data.ImageSet;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes from stored activations give what passes from the images give. */
class PrefixPassesTest {
    private static final Plan PLAN = Plan.builder().name("passes").build();

    /** More than a batch. */
    private final ImageSet images = UnbalancedNet.images(70);

    private final FlatGraph graph = residual();
    private final SwitchableGraph switchable = switchable();

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1L << 30, 8 * 60_000, 8})
    void everyLayerIsMeasuredAsFromTheImages(long heap) throws IOException {
        // Given
        var budget = new MemoryBudget(heap, 1L << 30);

        // When
        try (var session = GraphSession.open(switchable.graph(), InputSpec.DEFAULT);
                var passes = new PrefixPasses(switchable, session, folder, budget);
                var comparison =
                        passes.floats(
                                floats ->
                                        new ModelComparison(graph, floats, PLAN, images, folder))) {
            for (var layer : switchable.layers()) {
                var rest = new HashSet<>(switchable.quantizers());
                rest.removeAll(layer.quantizers());

                // Then
                for (var on : List.of(layer.quantizers(), layer.activations())) {
                    assertSame(
                            passes.alone(layer, on, comparison),
                            comparison.of(session.with(switchable.on(on))));
                }
                assertSame(
                        passes.without(layer, rest, comparison),
                        comparison.of(session.with(switchable.on(rest))));
            }
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void floatLayersLeaveTheQuantizersOfTheOthers() {
        // Given
        var layers = switchable.layers();
        var names = layers.stream().map(SwitchableGraph.Layer::name).toList();

        // Then
        assertThat(switchable.but(List.of())).isEqualTo(switchable.quantizers());
        assertThat(switchable.but(names))
                .as("that of a sum belongs to no layer")
                .containsExactly("block2/relu/fake_quantization");
        assertThat(switchable.but(names.subList(1, names.size())))
                .containsAll(layers.get(0).quantizers())
                .doesNotContain(layers.get(2).weights());
        assertThat(switchable.but(names.subList(0, 1)))
                .as("its output is quantized for the layer that reads it")
                .doesNotContain(layers.get(0).weights())
                .containsAll(layers.get(1).activations());
    }

    @Test
    void aPassBeginsBeforeTheFirstQuantizerOfItsLayers() {
        // Given: layers in groups of three, of which the second begins within the second block
        var cuts = new PrefixCuts(switchable, TensorRef.of("x"));

        // When
        var crossing =
                switchable.layers().stream().map(cuts::of).map(cuts::crossing).distinct().toList();

        // Then: of weights, nothing crosses
        assertThat(switchable.layers()).hasSize(6);
        assertThat(crossing).hasSize(2);
        assertThat(crossing.get(0)).isEmpty();
        assertThat(crossing.get(1)).extracting(TensorRef::node).containsExactly("block1/relu");
    }

    private static void assertSame(OutputError actual, OutputError expected) {
        assertThat(actual.sqnr()).isCloseTo(expected.sqnr(), within(1e-3));
        assertThat(actual.divergence()).isCloseTo(expected.divergence(), within(1e-7));
        assertThat(actual.agreement()).isEqualTo(expected.agreement());
        assertThat(actual.score()).isEqualTo(expected.score());
    }

    private SwitchableGraph switchable() {
        var step =
                Int8Fixture.PLAIN.toBuilder()
                        .corrections(new Corrections(null, BiasCorrection.EMPIRICAL, null))
                        .build();
        var model =
                new PostTrainingInt8(step)
                        .quantize(graph, List.of(UnbalancedNet.batch(graph, images)));
        return new SwitchableGraph(model.floats(), model.graph());
    }

    /** A stem, two residual blocks of two convolutions, and a dense layer. */
    private static FlatGraph residual() {
        var net = new NetBuilder(7, -1, 8, 8, 3);
        var last = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 8, 1));
        for (var block : List.of("block1", "block2")) {
            var inner =
                    net.unary(
                            "Relu",
                            block + "/inner",
                            net.convBias(block + "/conv1", last, 3, 8, 8, 1));
            var branch = net.convBias(block + "/conv2", inner, 3, 8, 8, 1);
            last =
                    net.unary(
                            "Relu",
                            block + "/relu",
                            net.binary("AddV2", block + "/sum", branch, last));
        }
        return net.build(
                net.dense("dense", net.globalMean("mean", last, false), 8, UnbalancedNet.CLASSES));
    }
}
