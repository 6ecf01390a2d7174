package io.pitlane.graph.channels.dependency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Set;

/**
 * The independent check of a pruned net: the unpruned one, in which everything that makes, shifts
 * or reads a removed channel is set to zero, must compute the same.
 */
public final class ZeroedChannels {
    private ZeroedChannels() {}

    /** Prunes half of every group, and checks. */
    public static FlatGraph prunedLikeZeroed(TestNet net, FlatGraph graph) {
        return prunedLikeZeroed(net, graph, 0.5);
    }

    /** Prunes, and checks that the outputs are those of the unpruned net with zeroed channels. */
    public static FlatGraph prunedLikeZeroed(TestNet net, FlatGraph graph, double ratio) {
        var pruned = new ChannelPruning(ratio).prune(graph);
        var zeroed = zeroed(VectorUnsharing.apply(graph), pruned.removed());

        assertThat(pruned.removed()).isNotEmpty();
        var images = net.images();
        try (var expected = GraphSession.open(zeroed);
                var actual = GraphSession.open(pruned.graph())) {
            var expectedOutputs = expected.run(images);
            var actualOutputs = actual.run(images);
            for (int i = 0; i < expectedOutputs.size(); i++) {
                assertClose(actualOutputs.get(i), expectedOutputs.get(i));
            }
        }
        return pruned.graph();
    }

    private static void assertClose(FloatTensor actual, FloatTensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        float largest = 0;
        for (int i = 0; i < actual.values().length; i++) {
            assertThat(actual.values()[i]).isCloseTo(expected.values()[i], offset(1e-4f));
            largest = Math.max(largest, Math.abs(expected.values()[i]));
        }
        assertThat(largest).as("outputs other than zero").isGreaterThan(1e-3f);
    }

    private static boolean isVariance(FlatGraph graph, String constant) {
        return graph.uses(constant).stream()
                .anyMatch(
                        use ->
                                use.consumer().getOp().equals("FusedBatchNormV3")
                                        && use.slot() == 4);
    }

    /** Sets every weight that produces, shifts or reads a removed channel to zero. */
    static FlatGraph zeroed(FlatGraph graph, Set<Integer> removed) {
        var dependencies = DependencyGraph.of(graph);
        var editor = graph.edit();
        for (var slice : dependencies.slices()) {
            // Some activations make something of zero, so what reads the channels is zeroed too.
            if (!isVariance(graph, slice.constant())) {
                var weight = FloatTensor.of(editor.node(slice.constant()));
                var values = weight.values().clone();
                int axis = slice.channels().axis();
                int inner = 1;
                for (int i = axis + 1; i < weight.rank(); i++) {
                    inner *= (int) weight.shape()[i];
                }
                for (int i = 0; i < values.length; i++) {
                    int position = i / inner % slice.channels().length();
                    if (removed.contains(dependencies.root(slice.channels().ids()[position]))) {
                        values[i] = 0;
                    }
                }
                editor.put(new FloatTensor(values, weight.shape()).toConst(slice.constant()));
            }
        }
        return editor.build();
    }

    public static long[] shape(FlatGraph graph, String constant) {
        return FloatTensor.of(graph.node(constant)).shape();
    }
}
