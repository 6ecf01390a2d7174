package io.pitlane.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.data.batch.BatchAnnotations;
import io.pitlane.data.batch.BatchStream;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.AugmentationSample;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.preprocessing.ResizeGeometry;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final int H = 4;
    private static final int W = 6;

    /** An image whose pixels hold their position: 10 times the row, plus the column. */
    private static final Image MAP = new Image(H, W, 1, positions(1));

    private static final Mask MASK = new Mask(H, W, positions(1));

    @Test
    void aMirroredImageIsReadFromTheRight() {
        var varied = new AugmentationSample(true, 0, 0, 0).apply(floats(MAP), H, W);

        assertThat(Arrays.copyOf(varied, W)).containsExactly(5, 4, 3, 2, 1, 0);
    }

    @Test
    void aShiftRepeatsTheEdge() {
        var varied = new AugmentationSample(false, 2, -1, 0).apply(floats(MAP), H, W);

        assertThat(Arrays.copyOf(varied, W)).containsExactly(10, 10, 10, 11, 12, 13);
        assertThat(Arrays.copyOfRange(varied, 3 * W, 4 * W))
                .containsExactly(30, 30, 30, 31, 32, 33);
    }

    @Test
    void brightnessIsAShareOfTheFullRangeAndStaysWithinIt() {
        var brighter = new AugmentationSample(false, 0, 0, 51);

        assertThat(brighter.apply(new float[] {0, 100, 250}, 1, 3)).containsExactly(51, 151, 255);
        assertThat(new AugmentationSample(false, 0, 0, -51).apply(new float[] {10, 100}, 1, 2))
                .containsExactly(0, 49);
    }

    @Test
    void brightnessIsChangedBeforeScaleMeanAndDeviation() {
        var spec =
                InputSpec.builder()
                        .channels(InputSpec.Channels.GREY)
                        .scale(0.01)
                        .mean(List.of(1.0))
                        .std(List.of(2.0))
                        .build();
        var input = Preprocessor.of(spec, port(1));

        var values =
                input.batch(
                                List.of(new Image(1, 1, 1, new byte[] {100})),
                                List.of(new AugmentationSample(false, 0, 0, 51)))
                        .values();

        assertThat(values[0]).isCloseTo((151 * 0.01f - 1) / 2, within(1e-6f));
    }

    @Test
    void masksAreAugmentedLikeTheirImages() {
        var set = ImageSet.of(copies(MAP, 40), Annotations.Masks.of(copies(MASK, 40)));
        var batches =
                new Batches(set, preprocessor(), 40).augmented(new Augmentation(true, 3, 0.0));

        try (var pass = batches.shuffled(5)) {
            var batch = pass.next();
            var masks = (Annotations.Masks) batch.annotations().orElseThrow();
            for (int i = 0; i < 40; i++) {
                for (int p = 0; p < H * W; p++) {
                    assertThat((float) masks.mask(i).at(p / W, p % W))
                            .isEqualTo(batch.images().values()[i * H * W + p]);
                }
            }
        }
    }

    @Test
    void aMaskOfTwiceTheSizeIsAugmentedLikeItsImage() {
        var large = new Mask(2 * H, 2 * W, positions(2));
        var variation = new AugmentationSample(true, 2, -1, 0);
        var image = variation.apply(floats(MAP), H, W);

        var mask = variation.apply(large, ResizeGeometry.identity(H, W), new Size(H, W));

        for (int p = 0; p < H * W; p++) {
            assertThat((float) mask.at(p / W, p % W)).isEqualTo(image[p]);
        }
    }

    @Test
    void boxesAreAugmentedAndClippedLikeTheirImages() {
        var box = new Box(3, 1, 1, 4, 3, true);
        var input = new Size(H, W);

        assertThat(new AugmentationSample(true, 0, 0, 0).apply(box, input))
                .isEqualTo(new Box(3, 2, 1, 5, 3, true));
        assertThat(new AugmentationSample(true, 3, -2, 0).apply(box, input))
                .isEqualTo(new Box(3, 5, 0, 6, 1, true));
    }

    @Test
    void boxesAreInPixelsOfTheModelInputAndDroppedOutsideIt() {
        var stored = new Image(2 * H, 2 * W, 1, new byte[4 * H * W]);
        var inside = new Box(0, 2, 2, 8, 4, false);
        var set = ImageSet.of(List.of(stored), new Annotations.Boxes(List.of(List.of(inside))));
        var resized =
                InputSpec.builder().resize(List.of(H, W)).channels(InputSpec.Channels.GREY).build();
        var preprocessor = Preprocessor.of(resized, port(-1));
        var batches = new Batches(set, preprocessor, 1);

        try (var pass = batches.inOrder()) {
            var boxes = (Annotations.Boxes) pass.next().annotations().orElseThrow();

            assertThat(boxes.boxes().get(0)).containsExactly(new Box(0, 1, 1, 4, 2, false));
        }
        var gone = new BatchAnnotations(preprocessor, Optional.empty());
        var left =
                (Annotations.Boxes)
                        gone.fit(
                                new Annotations.Boxes(List.of(List.of(inside))),
                                List.of(stored),
                                List.of(new AugmentationSample(false, 5, 0, 0)));
        assertThat(left.boxes().get(0)).isEmpty();
    }

    @Test
    void masksComeInTheSizeAskedForByNearestNeighbour() {
        var set = ImageSet.of(List.of(MAP), Annotations.Masks.of(List.of(MASK)));

        try (var pass = new Batches(set, preprocessor(), 1).withMasks(2, 3).inOrder()) {
            var mask = ((Annotations.Masks) pass.next().annotations().orElseThrow()).mask(0);

            assertThat(mask.classes()).containsExactly(11, 13, 15, 31, 33, 35);
            assertThat(MASK.resized(2, 3).classes()).isEqualTo(mask.classes());
        }
    }

    @Test
    void seedAndPositionDetermineTheAugmentationInAResumedEpoch() {
        var set = ImageSet.of(copies(MAP, 30));
        var batches =
                new Batches(set, preprocessor(), 10).augmented(new Augmentation(true, 3, 0.3));

        var whole = values(batches.shuffled(7));

        assertThat(values(batches.shuffled(7))).isDeepEqualTo(whole);
        assertThat(values(batches.shuffled(7, 2))[0]).isEqualTo(whole[2]);
        assertThat(values(batches.shuffled(8))[0]).isNotEqualTo(whole[0]);
        assertThat(whole[1]).isNotEqualTo(whole[0]);
    }

    @Test
    void imagesInOrderAreNotAugmented() {
        var batches =
                new Batches(ImageSet.of(List.of(MAP)), preprocessor(), 1)
                        .augmented(new Augmentation(true, 3, 0.3));

        assertThat(values(batches.inOrder())[0]).isEqualTo(floats(MAP));
    }

    @Test
    void aboutHalfOfTheImagesAreMirroredAndShiftsReachBothEnds() {
        var options = new Augmentation(true, 2, 0.5);
        var drawn =
                IntStream.range(0, 2000)
                        .mapToObj(i -> AugmentationSample.of(options, 3, i))
                        .toList();

        assertThat(drawn.stream().filter(AugmentationSample::flip).count()).isBetween(900L, 1100L);
        assertThat(drawn.stream().map(AugmentationSample::right).distinct())
                .containsExactlyInAnyOrder(-2, -1, 0, 1, 2);
        assertThat(drawn.stream().map(AugmentationSample::down).distinct())
                .containsExactlyInAnyOrder(-2, -1, 0, 1, 2);
        assertThat(drawn).allMatch(v -> Math.abs(v.brighter()) <= 127.5f);
        assertThat(drawn.stream().mapToDouble(AugmentationSample::brighter).average().orElseThrow())
                .isCloseTo(0, within(6.0));
    }

    private static float[][] values(BatchStream pass) {
        try (pass) {
            var all = new ArrayList<float[]>();
            for (var batch = pass.next(); batch != null; batch = pass.next()) {
                all.add(batch.images().values());
            }
            return all.toArray(float[][]::new);
        }
    }

    private static <T> List<T> copies(T what, int count) {
        return Collections.nCopies(count, what);
    }

    private static float[] floats(Image image) {
        var values = new float[image.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.pixels()[i];
        }
        return values;
    }

    private static byte[] positions(int factor) {
        var positions = new byte[H * W * factor * factor];
        for (int i = 0; i < positions.length; i++) {
            int y = i / (W * factor) / factor;
            int x = i % (W * factor) / factor;
            positions[i] = (byte) (10 * y + x);
        }
        return positions;
    }

    private static Preprocessor preprocessor() {
        return Preprocessor.of(
                InputSpec.builder().channels(InputSpec.Channels.GREY).build(), port(-1));
    }

    private static GraphSignature.Port port(long batch) {
        return new GraphSignature.Port(
                "in", TensorRef.of("in"), DT_FLOAT, List.of(batch, -1L, -1L, 1L));
    }
}
