package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.search.ClassifierShape;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultSearchSpaceTest {
    @ParameterizedTest
    @CsvSource({
        "28, 28, 1, 10, 6000000, 3, 7",
        "32, 32, 3, 10, 40000000, 3, 8",
        "30, 30, 3, 43, 5000000, 3, 8",
        "224, 224, 3, 1000, 600000000, 4, 7",
        "224, 224, 3, 1000, 4000000000, 4, 7",
        "66, 200, 3, 4, 20000000, 3, 5",
    })
    void theCostsOfTheArchitecturesFitTheOriginal(
            int height, int width, int channels, int classes, long macs, int stages, int maxSide) {
        var shape = new ClassifierShape(height, width, channels, classes);

        var searchSpace = DefaultSearchSpace.of(shape, macs);

        var space = new ArchitectureSpace(searchSpace);
        var random = new Random(7);
        var costs =
                IntStream.range(0, 300)
                        .mapToLong(i -> Network.of(space.sample(random), shape).macs())
                        .sorted()
                        .toArray();
        assertThat(searchSpace.stages()).hasSize(stages);
        assertThat(costs[150]).isBetween(macs / 4, macs);
        assertThat(costs[15]).isLessThan(macs / 4);
        var layers = Network.of(space.sample(random), shape).layers();
        assertThat(layers.get(layers.size() - 2).output().height()).isBetween(maxSide / 2, maxSide);
    }
}
