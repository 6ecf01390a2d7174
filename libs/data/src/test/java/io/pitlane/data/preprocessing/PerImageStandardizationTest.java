package io.pitlane.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.data.InputSpec.Standardization;
import io.pitlane.data.Image;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.Tensors;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.types.TFloat32;

class PerImageStandardizationTest {
    private static final int HEIGHT = 6;
    private static final int WIDTH = 8;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theResizedImageIsStandardizedAsTensorFlowDoes() {
        // Given
        var random = new Random(3);
        var image = image(11, 17, () -> random.nextInt(256));

        // When
        var ours = preprocessor(1).apply(image);

        // Then
        assertClose(ours, tensorFlow(image, 1));
        assertThat(ours.shape()).containsExactly(1, HEIGHT, WIDTH, 3);
    }

    @Test
    void theDeviationOfAnImageOfLowContrastHasTensorFlowsLowerLimit() {
        // Given
        var random = new Random(4);
        var image = image(5, 9, () -> 100 + random.nextInt(3));
        double scale = 1 / 255.0;

        // When
        var ours = preprocessor(scale).apply(image);

        // Then
        assertClose(ours, tensorFlow(image, scale));
        double variance = 0;
        for (float value : ours.values()) {
            variance += value * value / ours.values().length;
        }
        assertThat(Math.sqrt(variance)).isLessThan(0.1);
    }

    @Test
    void anImageOfOneColourBecomesZeros() {
        // Given
        var image = image(HEIGHT, WIDTH, () -> 77);

        // When
        var ours = preprocessor(1).apply(image);

        // Then
        assertThat(ours.values()).containsOnly(0);
    }

    @Test
    void everyImageOfABatchHasItsOwnStatistics() {
        // Given
        var random = new Random(5);
        var dark = image(7, 7, () -> random.nextInt(20));
        var bright = image(9, 9, () -> 200 + random.nextInt(56));
        var input = preprocessor(1);

        // When
        var both =
                input.batch(
                        List.of(dark, bright),
                        List.of(AugmentationSample.NONE, AugmentationSample.NONE));

        // Then
        assertThat(both.select(0, new int[] {0})).isEqualTo(input.apply(dark));
        assertThat(both.select(0, new int[] {1})).isEqualTo(input.apply(bright));
    }

    private static void assertClose(FloatTensor ours, FloatTensor theirs) {
        assertThat(ours.values()).hasSameSizeAs(theirs.values());
        for (int i = 0; i < ours.values().length; i++) {
            assertThat(ours.values()[i]).isCloseTo(theirs.values()[i], within(1e-4f));
        }
    }

    private static Preprocessor preprocessor(double scale) {
        var spec =
                InputSpec.builder()
                        .resize(List.of(HEIGHT, WIDTH))
                        .channels(Channels.RGB)
                        .scale(scale)
                        .standardize(Standardization.IMAGE)
                        .build();
        return Preprocessor.of(
                spec,
                new GraphSignature.Port(
                        "in", TensorRef.of("in"), DT_FLOAT, List.of(-1L, -1L, -1L, 3L)));
    }

    private static Image image(int height, int width, IntSupplier value) {
        var pixels = new byte[height * width * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) value.getAsInt();
        }
        return new Image(height, width, 3, pixels);
    }

    /** The operations of tf.image.resize and tf.image.per_image_standardization. */
    private static FloatTensor tensorFlow(Image image, double scale) {
        var pixels = new float[image.pixels().length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = image.pixels()[i] & 0xff;
        }
        try (var eager = EagerSession.create()) {
            var tf = Ops.create(eager);
            Operand<TFloat32> stored =
                    tf.constantOf(
                            Tensors.toNative(
                                    new FloatTensor(pixels, 1, image.height(), image.width(), 3)));
            var resized =
                    tf.image.resizeBilinear(
                            stored,
                            tf.constant(new int[] {HEIGHT, WIDTH}),
                            ResizeBilinear.halfPixelCenters(true));
            var x = tf.math.mul(resized, tf.constant((float) scale));
            var axes = tf.constant(new int[] {0, 1, 2, 3});
            var mean = tf.math.mean(x, axes);
            var variance = tf.math.mean(tf.math.square(tf.math.sub(x, mean)), axes);
            float lowest = (float) (1 / Math.sqrt(HEIGHT * WIDTH * 3));
            var deviation = tf.math.maximum(tf.math.sqrt(variance), tf.constant(lowest));
            return Tensors.toJava(tf.math.div(tf.math.sub(x, mean), deviation).asTensor());
        }
    }
}
