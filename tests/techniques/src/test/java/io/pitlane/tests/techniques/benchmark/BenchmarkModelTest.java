package io.pitlane.tests.techniques.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.data.Annotations.Boxes;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.Annotations.Values;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkModelTest {
    @TempDir private Path folder;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @Test
    void unbalancedChannelsComputeTheSameFromKernelsOfVeryDifferentSize() {
        // Given
        var balanced = BenchmarkNetworks.residual(3);

        // When
        var unbalanced = BenchmarkModel.unbalanced(balanced);

        // Then
        assertThat(outputs(unbalanced)).containsExactly(outputs(balanced), within(1e-5f));
        assertThat(spread(balanced, "block1/conv1/kernel")).isLessThan(4);
        assertThat(spread(unbalanced, "block1/conv1/kernel")).isGreaterThan(100);
    }

    @Test
    void theMaskOfASceneIsWhereItsItemsAre() throws IOException {
        // When
        scenes(2, 5).writeMasks(folder.resolve("masks.npz"));

        // Then
        var images = read("masks.npz");
        var masks = (Masks) images.annotations().orElseThrow();
        for (int i = 0; i < images.size(); i++) {
            var pixels = images.image(i).pixels();
            var mask = masks.mask(i).classes();
            int covered = 0;
            for (int p = 0; p < pixels.length; p++) {
                int value = Byte.toUnsignedInt(pixels[p]);
                assertThat(mask[p]).isBetween((byte) 0, (byte) (Scenes.CLASSES - 1));
                assertThat(mask[p] != 0 ? value >= 32 : value < 64).isTrue();
                covered += mask[p] != 0 ? 1 : 0;
            }
            assertThat(covered).isBetween(100, 2 * 28 * 28);
        }
    }

    @Test
    void theTargetOfASceneIsTheCentreOfItsMask() throws IOException {
        // When
        scenes(1, 5).writeMiddles(folder.resolve("middles.npz"));

        // Then
        scenes(1, 5).writeMasks(folder.resolve("masks.npz"));
        var masks = (Masks) read("masks.npz").annotations().orElseThrow();
        var middles = (Values) read("middles.npz").annotations().orElseThrow();
        for (int i = 0; i < 20; i++) {
            double columns = 0;
            double count = 0;
            var mask = masks.mask(i).classes();
            for (int p = 0; p < mask.length; p++) {
                columns += mask[p] != 0 ? p % Scenes.SIDE : 0;
                count += mask[p] != 0 ? 1 : 0;
            }
            assertThat((middles.values()[i][0] + 1) / 2.0 * (Scenes.SIDE - 1))
                    .isCloseTo(columns / count, within(1e-3));
        }
    }

    @Test
    void theBoxOfAnItemEnclosesItsMask() throws IOException {
        // When
        scenes(1, 5).writeBoxes(folder.resolve("boxes"));

        // Then
        scenes(1, 5).writeMasks(folder.resolve("masks.npz"));
        var masks = (Masks) read("masks.npz").annotations().orElseThrow();
        var source = DataSource.Folder.builder("boxes").coco("boxes/boxes.json").build();
        var boxes = (Boxes) ImageSources.open(source, folder).annotations().orElseThrow();
        for (int i = 0; i < 20; i++) {
            var mask = masks.mask(i);
            var box = boxes.boxes().get(i).get(0);
            assertThat(rows(mask)).containsExactly((int) box.y1(), (int) box.y2() - 1);
            assertThat(mask.classes()).contains((byte) (box.label() + 1));
        }
    }

    /** The first and the last row with an item. */
    private static int[] rows(Mask mask) {
        return IntStream.range(0, mask.height())
                .filter(y -> IntStream.range(0, mask.width()).anyMatch(x -> mask.at(y, x) != 0))
                .boxed()
                .collect(
                        Collectors.teeing(
                                Collectors.minBy(Comparator.<Integer>naturalOrder()),
                                Collectors.maxBy(Comparator.<Integer>naturalOrder()),
                                (first, last) -> new int[] {first.get(), last.get()}));
    }

    @Test
    void theSameSeedMakesTheSameScenes() throws IOException {
        scenes(2, 5).writeMasks(folder.resolve("a.npz"));
        scenes(2, 5).writeMasks(folder.resolve("b.npz"));
        scenes(2, 6).writeMasks(folder.resolve("c.npz"));

        var pixels = read("a.npz").image(7).pixels();
        assertThat(read("b.npz").image(7).pixels()).isEqualTo(pixels);
        assertThat(read("c.npz").image(7).pixels()).isNotEqualTo(pixels);
    }

    private static Scenes scenes(int itemsEach, long seed) {
        return Scenes.compose(BenchmarkModel.fashion("test"), itemsEach, 20, seed);
    }

    private ImageSet read(String npz) {
        return ImageSources.open(new NpzSource(npz, null), folder);
    }

    private static float[] outputs(FlatGraph graph) {
        var random = new Random(1);
        var images = new float[4 * 28 * 28];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextFloat();
        }
        try (var session = GraphSession.open(graph)) {
            return session.run(new FloatTensor(images, 4, 28, 28, 1)).get(0).values();
        }
    }

    /** The largest over the smallest of the channels' largest weights. */
    private static double spread(FlatGraph graph, String kernel) {
        var weights = FloatTensor.of(graph.node(kernel));
        int channels = (int) weights.shape()[3];
        var largest = new double[channels];
        for (int i = 0; i < weights.values().length; i++) {
            largest[i % channels] = Math.max(largest[i % channels], Math.abs(weights.values()[i]));
        }
        var sorted = DoubleStream.of(largest).sorted().toArray();
        return sorted[channels - 1] / sorted[0];
    }
}
