package io.pitlane.graph.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.TensorRef;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActivationFootprintTest {
    /** Image, two convolutions and poolings, two dense layers, softmax; the rest is in place. */
    private static final long PLAIN =
            Float.BYTES
                    * (16 * 16 * 3L
                            + 16 * 16 * 8
                            + 8 * 8 * 8
                            + 8 * 8 * 12
                            + 4 * 4 * 12
                            + 24
                            + 10
                            + 10);

    @Test
    void activationsAreThoseOfOneImage() {
        var free = ActivationFootprint.of(SampleGraphs.plain(), Map.of());
        var fixed = ActivationFootprint.of(SampleGraphs.fixedBatch(), Map.of());

        assertThat(free.bytes()).isEqualTo(PLAIN);
        assertThat(fixed.bytes()).isEqualTo(PLAIN);
        assertThat(free.largest()).isEqualTo(16 * 16 * 8 * Float.BYTES);
        assertThat(free.bytes(TensorRef.of("softmax"))).isEqualTo(10 * Float.BYTES);
    }

    @Test
    void anInputOfAnySizeTakesTheSizeOfTheImages() {
        var graph = ofAnySize();

        var footprint = ActivationFootprint.of(graph, Map.of("image", new long[] {1, 20, 30, 3}));

        assertThat(footprint.bytes()).isEqualTo(20 * 30 * (3 + 5) * Float.BYTES);
    }

    private static FlatGraph ofAnySize() {
        var net = new SampleNetwork(1);
        var x = net.conv("c", net.input("image", -1, -1, -1, 3), 3, 3, 5, 1);
        return net.output("out", net.relu("r", x), -1, -1, -1, 5).build();
    }
}
