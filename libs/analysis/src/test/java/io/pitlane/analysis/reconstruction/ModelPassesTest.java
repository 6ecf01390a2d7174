package io.pitlane.analysis.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

class ModelPassesTest {
    private static final TensorRef LAST = TensorRef.of("up");

    @TempDir Path folder;

    private final TestNet net = new TestNet(-1, 8, 8, 2);
    private final FlatGraph graph = net();
    private final List<FloatTensor> batches = List.of(net.images(), net.images().map(v -> -v));

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @Test
    void whatIsBeforeTheBeginningIsNotComputedAgain() {
        try (var passes = passes()) {
            // Given
            var expected = fetched(passes, graph);
            passes.advance(graph, "c2");
            passes.advance(graph, "c3");

            // When the weights of a layer before it change
            var resumed = fetched(passes, zeroed("c1/kernel"));

            // Then
            assertThat(resumed).isEqualTo(expected);
            assertThat(fetched(passes, zeroed("c3/kernel"))).isNotEqualTo(expected);
        }
    }

    @Test
    void whatIsBehindANodeIsComputedAgain() {
        try (var passes = passes()) {
            // Given
            var expected = fetched(passes, graph);
            passes.advanceBehind(graph, "c3");

            // When
            var resumed = fetched(passes, zeroed("c3/kernel"));

            // Then
            assertThat(resumed).isEqualTo(expected);
            assertThat(fetched(passes, zeroed("up/kernel"))).isNotEqualTo(expected);
        }
    }

    @Test
    void bothOutputsOfANodeAreKnown() {
        // Given a network whose channels are parted, as in ShuffleNet
        var split = new TestNet(-1, 8, 8, 2);
        var c1 = split.conv("c1", "x", 2, 4);
        split.ints("axis", 3);
        split.put(
                NodeBuilder.of("Split", "split")
                        .input("axis")
                        .input(c1)
                        .type("T", DataType.DT_FLOAT)
                        .integer("num_split", 2));
        var second = split.conv("up", "split:1", 2, 2);
        var parted = split.graph(split.op("AddV2", "sum", "split", second));
        try (var passes = passes()) {
            var expected = fetched(passes, parted, TensorRef.of("sum"));
            passes.advance(parted, "up");

            // When
            var resumed = fetched(passes, zeroed(parted, "c1/kernel"), TensorRef.of("sum"));

            // Then
            assertThat(resumed).isEqualTo(expected);
            assertThat(fetched(passes, zeroed(parted, "up/kernel"), TensorRef.of("sum")))
                    .isNotEqualTo(expected);
        }
    }

    @Test
    void behindTheLastNodeTheOutputsAreKnown() {
        try (var passes = passes()) {
            // Given
            var expected = fetched(passes, graph);
            passes.advanceBehind(graph, LAST.node());

            // When
            var resumed = fetched(passes, zeroed("up/kernel"));

            // Then
            assertThat(resumed).isEqualTo(expected);
        }
    }

    @Test
    void withoutRoomForTheValuesThePassesBeginBefore() {
        // Given: room for one of the two batches
        long batch = (long) Float.BYTES * net.images().shape()[0] * 8 * 8 * 4;
        try (var passes = new ModelPasses(InputSpec.DEFAULT, batches, folder, batch)) {
            passes.advanceBehind(graph, "c1");

            // When
            var expected = fetched(passes(), zeroed("c1/kernel"));
            var fetched = fetched(passes, zeroed("c1/kernel"));

            // Then
            assertThat(fetched).isEqualTo(expected).isNotEqualTo(fetched(passes, graph));
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void nothingIsLeftInTheFolder() throws IOException {
        // Given
        var passes = passes();
        passes.advance(graph, "c2");
        passes.advance(graph, "c3");

        // When
        passes.close();

        // Then
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private ModelPasses passes() {
        return new ModelPasses(InputSpec.DEFAULT, batches, folder);
    }

    /** A sum whose shortcut crosses layers, and a size that the graph computes. */
    private FlatGraph net() {
        var c1 = net.relu(net.conv("c1", "x", 2, 4));
        var c2 = net.relu(net.conv("c2", c1, 4, 4));
        var sum = net.op("AddV2", "sum", net.conv("c3", c2, 4, 4), c1);
        return net.graph(net.upConv("up", sum, 8, 4, 2));
    }

    private FlatGraph zeroed(String constant) {
        return zeroed(graph, constant);
    }

    private static FlatGraph zeroed(FlatGraph graph, String constant) {
        var weights = FloatTensor.of(graph.node(constant));
        return graph.edit().put(weights.map(v -> 0).toConst(constant)).build();
    }

    private static List<FloatTensor> fetched(ModelPasses passes, FlatGraph graph) {
        return fetched(passes, graph, LAST);
    }

    private static List<FloatTensor> fetched(
            ModelPasses passes, FlatGraph graph, TensorRef wanted) {
        var values = new ArrayList<FloatTensor>();
        passes.fetch(graph, List.of(wanted), (tensor, batch) -> values.add(batch));
        return values;
    }
}
