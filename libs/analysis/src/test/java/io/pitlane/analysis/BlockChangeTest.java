package io.pitlane.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.operation.ResidualBlocks;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockChangeTest {

    @Test
    void theNormIsThatOfTheBranchOverTheShortcut() {
        // Given: 1x1 kernels that multiply by a number: x + 0.5 x, then + 0.1 of it, then + 2 of it
        var graph = scaled(0.5f, 0.1f, 2f);
        var images = List.of(image(1, 4), image(2, 4));

        // When
        var changes = BlockChange.leastFirst(graph, ResidualBlocks.of(graph), images);

        // Then
        assertThat(changes)
                .extracting(change -> change.block().name())
                .containsExactly("c2", "c1", "c3");
        assertThat(changes.get(0).norm()).isCloseTo(0.1, within(1e-6));
        assertThat(changes.get(1).norm()).isCloseTo(0.5, within(1e-6));
        assertThat(changes.get(2).norm()).isCloseTo(2, within(1e-5));
        assertThat(changes.get(0).describe()).isEqualTo("c2 (changes 0.10)");
    }

    private static FlatGraph scaled(float... factors) {
        var net = new TestNet(-1, 2, 2, 1);
        var x = net.op("Relu", "start", "x");
        for (int i = 0; i < factors.length; i++) {
            var branch = net.conv("c" + (i + 1), x, 1, 1, 1, 1, "NHWC");
            x = net.op("AddV2", "sum" + (i + 1), x, branch);
        }
        var edit = net.graph(x).edit();
        for (int i = 0; i < factors.length; i++) {
            var kernel = new FloatTensor(new float[] {factors[i]}, 1, 1, 1, 1);
            edit.put(kernel.toConst("c" + (i + 1) + "/kernel"));
        }
        return edit.build();
    }

    private static FloatTensor image(float value, int count) {
        var values = new float[count];
        Arrays.fill(values, value);
        return new FloatTensor(values, 1, 2, 2, 1);
    }
}
