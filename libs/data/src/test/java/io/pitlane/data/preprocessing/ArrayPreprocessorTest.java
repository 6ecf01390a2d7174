package io.pitlane.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_UINT8;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.data.InputSpec.Standardization;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.data.Resize;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.ImageSet;
import io.pitlane.data.NpzFiles;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

class ArrayPreprocessorTest {
    @TempDir Path folder;

    @ParameterizedTest(name = "[{0}] for a model of [N, {1}]")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    2, 12         | 12
                    2, 3, 4       | 3, 4
                    2, 3, 4       | -1, 4
                    2, 3, 4       | 3, 4, 1
                    2, 3, 4       | 1, 3, 4
                    2, 1, 2, 6    | 1, 2, 6
                    2, 2, 3, 1, 2 | 2, 3, 1, 2
                    """)
    void arraysOfAnyShapeAreFedAsStored(String stored, String taken) throws IOException {
        // Given
        var values = new float[24];
        for (int i = 0; i < 24; i++) {
            values[i] = (i - 12) * 1000.25f;
        }
        var set = arrays(values, stored);
        long[] sizes = Arrays.stream(taken.split(", ")).mapToLong(Long::parseLong).toArray();

        // When
        var batch =
                Preprocessor.of(InputSpec.DEFAULT, input(DT_FLOAT, sizes), set)
                        .batch(set, new int[] {0, 1});

        // Then
        assertThat(batch.values()).containsExactly(values);
        assertThat(batch.shape()).startsWith(2).hasSize(sizes.length + 1);
        for (int d = 0; d < sizes.length; d++) {
            assertThat(batch.shape()[d + 1]).isEqualTo(sizes[d] < 0 ? 3 : sizes[d]);
        }
    }

    @Test
    void anInputOfTheShapeOfOneArrayHasNoBatchDimension() throws IOException {
        // Given
        var set = arrays(new float[24], "2, 3, 4");
        var single = new GraphSignature.Port("in", TensorRef.of("in"), DT_FLOAT, List.of(3L, 4L));

        // Then
        assertThatThrownBy(() -> Preprocessor.of(InputSpec.DEFAULT, single, set))
                .hasMessageContaining("'in' is [3, 4], the shape of a single image")
                .extracting(e -> ((FailureException) e).action())
                .asString()
                .contains("tf.TensorSpec([None, 3, 4])");
    }

    @Test
    void meanAndDeviationAreThoseOfAChannel() throws IOException {
        // Given: two positions of five channels, as of a lidar
        float[] values = {1, 2, 3, 4, 5, 10, 20, 30, 40, 50};
        var set = arrays(values, "1, 1, 2, 5");
        var spec =
                InputSpec.builder()
                        .scale(2)
                        .mean(List.of(1.0, 2.0, 3.0, 4.0, 5.0))
                        .std(List.of(1.0, 2.0, 4.0, 8.0, 16.0))
                        .build();

        // When
        var batch = Preprocessor.of(spec, input(DT_FLOAT, 1, 2, 5), set).batch(set, new int[] {0});

        // Then
        double[] expected = {1, 1, 0.75, 0.5, 0.3125, 19, 19, 14.25, 9.5, 5.9375};
        for (int i = 0; i < 10; i++) {
            assertThat((double) batch.values()[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void anArrayIsStandardizedByItsOwnValues() throws IOException {
        // Given
        var set = arrays(new float[] {-300, 100, 200, 0, 1, 5, 5, 1}, "2, 2, 2");
        var spec = InputSpec.builder().standardize(Standardization.IMAGE).build();

        // When
        var batch = Preprocessor.of(spec, input(DT_FLOAT, 2, 2), set).batch(set, new int[] {0, 1});

        // Then: mean 0 and deviation sqrt(35000), then mean 3 and deviation 2
        double deviation = Math.sqrt(35000);
        double[] expected = {-300 / deviation, 100 / deviation, 200 / deviation, 0, -1, 1, 1, -1};
        for (int i = 0; i < 8; i++) {
            assertThat((double) batch.values()[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void masksOfArraysComeInTheSizeAskedFor() throws IOException {
        // Given: a range image of 2x4 with 3 channels
        NpzFiles.write(
                folder.resolve("masks.npz"),
                NpzFiles.Array.floats("images", new float[24], "1, 2, 4, 3"),
                new NpzFiles.Array("masks", "|u1", "1, 2, 4", new byte[] {0, 1, 2, 3, 4, 5, 6, 7}));
        var set = ImageSources.open(new NpzSource("masks.npz", null), folder);
        var input = Preprocessor.of(InputSpec.DEFAULT, input(DT_FLOAT, 2, 4, 3), set);

        // When
        try (var whole = new Batches(set, input, 1).inOrder();
                var half = new Batches(set, input, 1).withMasks(1, 2).inOrder()) {
            var full = (Masks) whole.next().annotations().orElseThrow();
            var small = (Masks) half.next().annotations().orElseThrow();

            // Then
            assertThat(full.mask(0).classes()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(small.mask(0).classes()).containsExactly(5, 7);
        }
    }

    @Test
    void whatIsForImagesIsRefusedWithTheFieldToRemove() throws IOException {
        var set = arrays(new float[24], "2, 3, 4");

        assertRefused(
                set,
                InputSpec.builder().resize(List.of(3, 4)).build(),
                input(DT_FLOAT, 3, 4),
                "input.resize is for images, but the data holds float32 arrays [3, 4].");
        assertRefused(
                set,
                InputSpec.builder().resize(new Resize.Letterbox(List.of(8, 8), 0)).build(),
                input(DT_FLOAT, 8, 8),
                "input.resize is for images");
        assertRefused(
                set,
                InputSpec.builder().channels(Channels.GREY).build(),
                input(DT_FLOAT, 3, 4),
                "input.channels is for images");
    }

    @Test
    void aModelThatDoesNotTakeTheArraysIsRefused() throws IOException {
        var set = arrays(new float[24], "2, 3, 4");

        assertRefused(
                set,
                InputSpec.DEFAULT,
                input(DT_FLOAT, 4, 3),
                "Arrays are [3, 4], but the model's input 'in' takes [-1, 4, 3].");
        assertRefused(
                set,
                InputSpec.DEFAULT,
                input(DT_FLOAT, 3, 4, 2),
                "Arrays are [3, 4], but the model's input 'in' takes [-1, 3, 4, 2].");
        assertRefused(set, InputSpec.DEFAULT, input(DT_UINT8, 3, 4), "takes DT_UINT8");
        assertRefused(
                set,
                InputSpec.builder().mean(List.of(1.0, 2.0, 3.0)).build(),
                input(DT_FLOAT, 3, 4),
                "input.mean holds 3 numbers, but the last dimension of the arrays [3, 4] is 4.");
    }

    @Test
    void arraysAreNotAugmented() throws IOException {
        var set = arrays(new float[24], "2, 3, 4");
        var input = Preprocessor.of(InputSpec.DEFAULT, input(DT_FLOAT, 3, 4), set);
        var batches = new Batches(set, input, 2).augmented(new Augmentation(false, 0, 0.5));

        try (var epoch = batches.shuffled(1)) {
            assertThatThrownBy(epoch::next)
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("augmentation is for images");
        }
    }

    private ImageSet arrays(float[] values, String shape) throws IOException {
        NpzFiles.write(folder.resolve("a.npz"), NpzFiles.Array.floats("images", values, shape));
        return ImageSources.open(new NpzSource("a.npz", null), folder);
    }

    private static void assertRefused(
            ImageSet set, InputSpec spec, GraphSignature.Port input, String why) {
        assertThatThrownBy(() -> Preprocessor.of(spec, input, set))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(why)
                .extracting(e -> ((FailureException) e).action())
                .asString()
                .isNotBlank();
    }

    private static GraphSignature.Port input(DataType type, long... sizes) {
        var shape = new Long[sizes.length + 1];
        shape[0] = -1L;
        for (int d = 0; d < sizes.length; d++) {
            shape[d + 1] = sizes[d];
        }
        return new GraphSignature.Port("in", TensorRef.of("in"), type, List.of(shape));
    }
}
