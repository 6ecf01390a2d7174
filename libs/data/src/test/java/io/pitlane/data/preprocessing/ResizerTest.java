package io.pitlane.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec.Interpolation;
import io.pitlane.contract.data.Resize;
import io.pitlane.data.Image;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.Tensors;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBicubic;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.types.TFloat32;

class ResizerTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest(name = "{0} {1}x{2} to {3}x{4}")
    @CsvSource({
        "NEAREST, 32, 32, 30, 30", "NEAREST, 5, 7, 13, 4", "NEAREST, 28, 28, 32, 32",
        "BILINEAR, 32, 32, 30, 30", "BILINEAR, 5, 7, 13, 4", "BILINEAR, 1, 9, 4, 4",
        "BICUBIC, 32, 32, 30, 30", "BICUBIC, 5, 7, 13, 4", "BICUBIC, 2, 3, 9, 8"
    })
    void resizesAsTensorFlowDoes(
            Interpolation interpolation, int height, int width, int toHeight, int toWidth) {
        var image = noise(height, width);
        var resize = new Resize.Stretch(List.of(toHeight, toWidth));

        float[] ours = new Resizer(interpolation, false, resize).resize(image);

        assertClose(
                ours,
                tensorFlow(image, (tf, x) -> resized(tf, interpolation, x, toHeight, toWidth)));
    }

    @ParameterizedTest(name = "{0} {1}x{2} to {3}x{4}")
    @CsvSource({
        "BILINEAR, 32, 32, 10, 13", "BILINEAR, 5, 7, 13, 4", "BILINEAR, 40, 3, 1, 1",
        "BICUBIC, 32, 32, 10, 13", "BICUBIC, 5, 7, 13, 4", "BICUBIC, 40, 3, 1, 2"
    })
    void antialiasesAsTensorFlowDoes(
            Interpolation interpolation, int height, int width, int toHeight, int toWidth) {
        // Given
        var image = noise(height, width);
        var resize = new Resize.Stretch(List.of(toHeight, toWidth));

        // When
        float[] ours = new Resizer(interpolation, true, resize).resize(image);

        // Then
        var kernel = interpolation == Interpolation.BICUBIC ? "keyscubic" : "triangle";
        float[] scale = {(float) toHeight / height, (float) toWidth / width};
        float[] theirs =
                tensorFlow(
                        image,
                        (tf, x) ->
                                tf.image.scaleAndTranslate(
                                        x,
                                        tf.constant(new int[] {toHeight, toWidth}),
                                        tf.constant(scale),
                                        tf.constant(new float[] {0, 0}),
                                        ScaleAndTranslate.kernelType(kernel),
                                        ScaleAndTranslate.antialias(true)));
        assertClose(ours, theirs);
    }

    @Test
    void antialiasingAveragesOverAllPixelsAsPillowDoes() {
        // Given: 4 pixels to 2, so that the triangle is 4 wide: weights 3, 3 and 1 of 7
        var image = new Image(1, 4, 1, new byte[] {70, 0, (byte) 140, 0});
        var resize = new Resize.Stretch(List.of(1, 2));

        // When
        float[] ours = new Resizer(Interpolation.BILINEAR, true, resize).resize(image);

        // Then
        assertThat(ours[0]).isCloseTo((3 * 70 + 140) / 7f, within(1e-4f));
        assertThat(ours[1]).isCloseTo(3 * 140 / 7f, within(1e-4f));
    }

    /** Sizes and corners as ImageNet's preprocessing in TensorFlow's model garden computes them. */
    @ParameterizedTest(name = "{0} {1}x{2}, shorter side {3} to {4}x{5}")
    @CsvSource({
        "BILINEAR, 12, 18, 8, 7, 7, 8, 12, 0, 2",
        "BILINEAR, 18, 12, 8, 7, 7, 12, 8, 2, 0",
        "BICUBIC, 9, 13, 20, 16, 18, 20, 28, 2, 5",
        "NEAREST, 10, 10, 6, 6, 5, 6, 6, 0, 0",
        "BILINEAR, 8, 16, 8, 8, 12, 8, 16, 0, 2"
    })
    void resizesTheShorterSideAndCropsTheCentreAsTensorFlowDoes(
            Interpolation interpolation,
            int height,
            int width,
            int shorterSide,
            int cropHeight,
            int cropWidth,
            int resizedHeight,
            int resizedWidth,
            int top,
            int left) {
        // Given
        var image = noise(height, width);
        var resize = new Resize.CenterCrop(shorterSide, List.of(cropHeight, cropWidth));

        // When
        float[] ours = new Resizer(interpolation, false, resize).resize(image);

        // Then
        float[] theirs =
                tensorFlow(
                        image,
                        (tf, x) ->
                                tf.slice(
                                        resized(tf, interpolation, x, resizedHeight, resizedWidth),
                                        tf.constant(new int[] {0, top, left, 0}),
                                        tf.constant(new int[] {1, cropHeight, cropWidth, 3})));
        assertClose(ours, theirs);
    }

    /** Sizes and padding as tf.image.resize_with_pad computes them. */
    @ParameterizedTest(name = "{0} {1}x{2} into {3}x{4}")
    @CsvSource({
        "BILINEAR, 12, 18, 8, 9, 6, 9, 1, 0, 0",
        "BILINEAR, 18, 12, 9, 8, 9, 6, 0, 1, 114",
        "BICUBIC, 5, 9, 20, 20, 11, 20, 4, 0, 255",
        "NEAREST, 9, 7, 9, 16, 9, 7, 0, 4, 114",
        "BILINEAR, 100, 1, 10, 10, 10, 1, 0, 4, 7",
        "BILINEAR, 7, 7, 14, 14, 14, 14, 0, 0, 9"
    })
    void padsALetterboxAsTensorFlowDoes(
            Interpolation interpolation,
            int height,
            int width,
            int toHeight,
            int toWidth,
            int resizedHeight,
            int resizedWidth,
            int top,
            int left,
            int pad) {
        // Given
        var image = noise(height, width);
        var resize = new Resize.Letterbox(List.of(toHeight, toWidth), pad);

        // When
        float[] ours = new Resizer(interpolation, false, resize).resize(image);

        // Then
        int[][] padding = {
            {0, 0},
            {top, toHeight - resizedHeight - top},
            {left, toWidth - resizedWidth - left},
            {0, 0}
        };
        float[] theirs =
                tensorFlow(
                        image,
                        (tf, x) ->
                                tf.pad(
                                        resized(tf, interpolation, x, resizedHeight, resizedWidth),
                                        tf.constant(padding),
                                        tf.constant((float) pad)));
        assertClose(ours, theirs);
    }

    private static Image noise(int height, int width) {
        var pixels = new byte[height * width * 3];
        new Random(5).nextBytes(pixels);
        return new Image(height, width, 3, pixels);
    }

    private static void assertClose(float[] ours, float[] theirs) {
        assertThat(ours).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.length; i++) {
            assertThat(ours[i]).isCloseTo(theirs[i], within(1e-3f));
        }
    }

    private static float[] tensorFlow(
            Image image, BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> transformation) {
        var values = new float[image.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.pixels()[i] & 0xff;
        }
        try (var eager = EagerSession.create()) {
            var tf = Ops.create(eager);
            var source =
                    Tensors.toNative(new FloatTensor(values, 1, image.height(), image.width(), 3));
            Operand<TFloat32> input = tf.constantOf(source);
            return Tensors.toJava(transformation.apply(tf, input).asTensor()).values();
        }
    }

    private static Operand<TFloat32> resized(
            Ops tf, Interpolation interpolation, Operand<TFloat32> input, int height, int width) {
        var size = tf.constant(new int[] {height, width});
        return switch (interpolation) {
            case NEAREST ->
                    tf.image.resizeNearestNeighbor(
                            input, size, ResizeNearestNeighbor.halfPixelCenters(true));
            case BILINEAR ->
                    tf.image.resizeBilinear(input, size, ResizeBilinear.halfPixelCenters(true));
            case BICUBIC ->
                    tf.image.resizeBicubic(input, size, ResizeBicubic.halfPixelCenters(true));
        };
    }
}
