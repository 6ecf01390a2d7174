package io.pitlane.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Annotations;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final ImageSet FIVE =
            ImageSet.of(
                    IntStream.range(0, 5)
                            .mapToObj(i -> new Image(1, 1, 1, new byte[] {(byte) i}))
                            .toList());

    @Test
    void everyImageComesOnceAndInTheOrderOfTheSeed() {
        var batches = new Batches(FIVE, preprocessor(-1), 2);

        var once = indices(batches.shuffled(1));

        assertThat(once.stream().flatMap(List::stream)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(indices(batches.shuffled(1))).isEqualTo(once);
        assertThat(indices(batches.shuffled(2))).isNotEqualTo(once);
    }

    @Test
    void imagesHaveTheOrderOfTheirIndices() {
        try (var stream = new Batches(FIVE, preprocessor(-1), 5).shuffled(3)) {
            var batch = stream.next();

            assertThat(batch.images().shape()).containsExactly(5, 1, 1, 1);
            for (int i = 0; i < 5; i++) {
                assertThat(batch.images().values()[i]).isEqualTo(batch.indices()[i]);
            }
        }
    }

    @Test
    void theLastBatchIsSmallerUnlessTheModelTakesAFixedNumber() {
        try (var free = new Batches(FIVE, preprocessor(-1), 3).inOrder();
                var fixed = new Batches(FIVE, preprocessor(3), 64).inOrder()) {
            free.next();
            fixed.next();
            var last = free.next();
            var filled = fixed.next();

            assertThat(last.indices()).containsExactly(3, 4);
            assertThat(filled.indices()).containsExactly(3, 4, 0);
            assertThat(filled.size()).isEqualTo(2);
            assertThat(filled.images().shape()).containsExactly(3, 1, 1, 1);
            assertThat(fixed.next()).isNull();
        }
    }

    @Test
    void anImageOfTheWrongSizeFailsItsBatch() {
        var odd = ImageSet.of(List.of(new Image(2, 1, 1, new byte[2])));

        try (var stream = new Batches(odd, preprocessor(-1), 1).inOrder()) {
            assertThatThrownBy(stream::next).hasMessageContaining("Images are 2x1");
        }
    }

    @Test
    void aResumedEpochGivesTheRemainingBatches() {
        var batches = new Batches(FIVE, preprocessor(-1), 2);

        var whole = indices(batches.shuffled(1));

        assertThat(indices(batches.shuffled(1, 1))).isEqualTo(whole.subList(1, 3));
        assertThat(indices(batches.shuffled(1, 3))).isEmpty();
    }

    @Test
    void microBatchesAreEvenPartsOfTheBatchesInTheSameOrder() {
        var batches = new Batches(FIVE, preprocessor(-1), 4);

        var whole = indices(batches.shuffled(1));
        var split = indices(batches.inMicroBatches(3, 1000).shuffled(1));

        assertThat(whole).extracting(List::size).containsExactly(4, 1);
        assertThat(split).extracting(List::size).containsExactly(2, 2, 1);
        assertThat(split.stream().flatMap(List::stream))
                .containsExactlyElementsOf(whole.stream().flatMap(List::stream).toList());
    }

    @Test
    void aResumedEpochOfMicroBatchesBeginsWithAWholeBatch() {
        var batches = new Batches(FIVE, preprocessor(-1), 2).inMicroBatches(1, 1000);

        var whole = indices(batches.shuffled(1));

        assertThat(indices(batches.shuffled(1, 1))).isEqualTo(whole.subList(2, 5));
    }

    @Test
    void microBatchesAreAugmentedLikeTheWholeBatchAndKnowItsMasks() {
        var images =
                ImageSet.of(
                        IntStream.range(0, 5).mapToObj(BatchesTest::image).toList(),
                        Annotations.Masks.of(
                                IntStream.range(0, 5).mapToObj(BatchesTest::mask).toList()));
        var batches =
                new Batches(images, preprocessor(-1, 2), 5)
                        .augmented(new Training.Augmentation(true, 1, 0.3));

        try (var whole = batches.shuffled(1);
                var split = batches.inMicroBatches(3, 1000).shuffled(1)) {
            var batch = whole.next();
            var first = split.next();
            var last = split.next();

            assertThat(first.images().values())
                    .isEqualTo(Arrays.copyOf(batch.images().values(), 3 * 4));
            assertThat(last.images().values())
                    .isEqualTo(Arrays.copyOfRange(batch.images().values(), 3 * 4, 5 * 4));
            assertThat(pixels(last.annotations().orElseThrow()))
                    .isEqualTo(pixels(batch.annotations().orElseThrow()).subList(3, 5));
            assertThat(pixels(first.whole().masks().orElseThrow()))
                    .isEqualTo(pixels(batch.annotations().orElseThrow()));
            assertThat(first.whole().size()).isEqualTo(5);
            assertThat(first.whole().isComplete()).isFalse();
            assertThat(last.whole().isComplete()).isTrue();
            assertThat(batch.whole().isComplete()).isTrue();
        }
    }

    private static Image image(int i) {
        return new Image(2, 2, 1, new byte[] {(byte) i, (byte) (50 + i), (byte) (100 + i), 7});
    }

    private static Mask mask(int i) {
        return new Mask(2, 2, new byte[] {(byte) i, 10, 20, (byte) (30 + i)});
    }

    private static List<String> pixels(Annotations annotations) {
        var masks = (Annotations.Masks) annotations;
        return IntStream.range(0, masks.size())
                .mapToObj(i -> Arrays.toString(masks.mask(i).classes()))
                .toList();
    }

    private static List<List<Integer>> indices(BatchStream stream) {
        try (stream) {
            var all = new ArrayList<List<Integer>>();
            for (var batch = stream.next(); batch != null; batch = stream.next()) {
                all.add(Arrays.stream(batch.indices()).boxed().toList());
            }
            return all;
        }
    }

    private static Preprocessor preprocessor(long batch) {
        return preprocessor(batch, 1);
    }

    private static Preprocessor preprocessor(long batch, long side) {
        var spec = InputSpec.builder().channels(InputSpec.Channels.GREY).build();
        return Preprocessor.of(
                spec,
                new GraphSignature.Port(
                        "in", TensorRef.of("in"), DT_FLOAT, List.of(batch, side, side, 1L)));
    }
}
