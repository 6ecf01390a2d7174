package io.pitlane.graph.channels.dependency;

import static io.pitlane.graph.channels.dependency.ZeroedChannels.prunedLikeZeroed;
import static io.pitlane.graph.channels.dependency.ZeroedChannels.shape;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.ChannelGroups;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** Channels that pruning must not remove. */
class FrozenChannelsTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theLastChannelOfALayerStays() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 2));
        var graph = net.graph(net.conv("c2", net.relu(net.conv("w", c1, 2, 40)), 40, 4));

        var pruned = prunedLikeZeroed(net, graph, 0.99);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 1);
        assertThat(shape(pruned, "w/kernel")).containsExactly(3, 3, 1, 1);
    }

    @Test
    void whatAnUnknownOpReadsIsLeftAloneAndNamed() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.op("LRN", "norm", net.conv("c1", "x", 3, 8));
        var graph = net.graph(net.conv("c3", net.relu(net.conv("c2", c1, 8, 8)), 8, 4));

        var pruned = new ChannelPruning(0.5).prune(graph);

        assertThat(shape(pruned.graph(), "c1/kernel")).containsExactly(3, 3, 3, 8);
        assertThat(shape(pruned.graph(), "c2/kernel")).containsExactly(3, 3, 8, 4);
        assertThat(pruned.notes())
                .containsExactly(
                        "channels removed: 4 of 8 removable, in 1 of 3 groups of layers",
                        "left alone: c1: LRN 'norm' is not supported by channel pruning",
                        "left alone: c3: output 'c3' of the model needs every channel");
    }

    @Test
    void layersWithQuantizedWeightsAreNamedLikeOthers() {
        // Given
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.op("LRN", "norm", net.conv("c1", "x", 3, 8));
        var graph = net.graph(net.conv("c3", net.relu(net.conv("c2", c1, 8, 8)), 8, 4));
        var quantized = graph.edit();
        for (var layer : List.of("c1", "c2", "c3")) {
            var kernel = TensorRef.of(layer + "/kernel");
            quantized.setInput(
                    layer,
                    1,
                    FakeQuantization.add(
                            quantized, layer + "/rounded", kernel, Quantization.signed(1)));
        }

        // When
        var groups = ChannelGroups.of(quantized.build());

        // Then
        assertThat(groups).isEqualTo(ChannelGroups.of(graph));
        assertThat(groups)
                .flatExtracting(ChannelGroups.Group::layers)
                .containsExactly("c1", "c2", "c3");
    }

    @Test
    void aLayerWhoseChannelsCannotBeTracedIsNamed() {
        // Given
        var net = new TestNet(-1, 8, 8);
        net.weight("mix/kernel", 0.3, 8, 5);
        var mixed =
                net.put(
                        NodeBuilder.of("Einsum", "mix")
                                .input("x")
                                .input("mix/kernel")
                                .type("T", DataType.DT_FLOAT)
                                .string("equation", "abc,cd->abd")
                                .integer("N", 2));

        // When
        var pruned = new ChannelPruning(0.5).prune(net.graph(mixed));

        // Then
        assertThat(pruned.notes())
                .contains("left alone: mix: channel pruning does not support this Einsum");
    }

    @Test
    void aShapeThatCountsChannelsFreezesThem() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        net.op("Shape", "shape", c1);
        var same = net.op("Reshape", "r", c1, "shape");
        var graph = net.graph(net.conv("c2", same, 8, 4));

        var pruned = new ChannelPruning(0.5).prune(graph);

        assertThat(pruned.removed()).isEmpty();
        assertThat(pruned.notes()).anyMatch(note -> note.contains("Shape 'shape' counts"));
    }
}
