package io.pitlane.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.channels.dependency.TestNet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AffordableImagesTest {

    @ParameterizedTest
    @CsvSource({
        "17_500_000, 1, 4096", // a small model gets all
        "500_000_000, 1, 2000",
        "500_000_000, 3, 666", // a forward and a backward pass cost as much as three
        "4_000_000_000, 3, 128", // a large model gets the fewest
    })
    void aLargerModelGetsFewerImages(long macs, int passes, int images) {
        assertThat(new AffordableImages(macs).count(passes, 128, 4096)).isEqualTo(images);
    }

    @Test
    void theMacsAreThoseOfInputsOfAnySize() {
        // Given: a 3x3 kernel of 3 to 4 channels
        var net = new TestNet(-1, -1, -1, 3);
        var graph = net.graph(net.conv("c", "x", 3, 4));

        // When
        var images = AffordableImages.of(graph, Map.of("x", new long[] {1, 10, 8, 3}));

        // Then
        assertThat(images.macs()).isEqualTo(10 * 8 * 3 * 3 * 3 * 4);
    }
}
