package io.pitlane.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec.Interpolation;
import io.pitlane.data.Image;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.Tensors;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBicubic;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ResizeNearestNeighbor;
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
        var pixels = new byte[height * width * 3];
        new Random(5).nextBytes(pixels);
        var image = new Image(height, width, 3, pixels);

        float[] ours = new Resizer(interpolation, toHeight, toWidth).resize(image);

        float[] theirs = tensorFlow(interpolation, image, toHeight, toWidth);
        assertThat(ours).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.length; i++) {
            assertThat(ours[i]).isCloseTo(theirs[i], within(1e-3f));
        }
    }

    private static float[] tensorFlow(
            Interpolation interpolation, Image image, int height, int width) {
        var values = new float[image.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.pixels()[i] & 0xff;
        }
        try (var eager = EagerSession.create()) {
            var tf = Ops.create(eager);
            var source =
                    Tensors.toNative(new FloatTensor(values, 1, image.height(), image.width(), 3));
            Operand<TFloat32> input = tf.constantOf(source);
            var size = tf.constant(new int[] {height, width});
            Operand<TFloat32> resized =
                    switch (interpolation) {
                        case NEAREST ->
                                tf.image.resizeNearestNeighbor(
                                        input, size, ResizeNearestNeighbor.halfPixelCenters(true));
                        case BILINEAR ->
                                tf.image.resizeBilinear(
                                        input, size, ResizeBilinear.halfPixelCenters(true));
                        case BICUBIC ->
                                tf.image.resizeBicubic(
                                        input, size, ResizeBicubic.halfPixelCenters(true));
                    };
            return Tensors.toJava(resized.asTensor()).values();
        }
    }
}
