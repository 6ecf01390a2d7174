package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.ByteInput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;

/** Quantized models whose input takes bytes. */
class ByteInputTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void bytesGiveTheOutputsOfTheValuesThatTheyStandFor(ModelFormat format) {
        for (var range : List.of(pixels().map(p -> p / 255), pixels().map(p -> p / 128 - 1))) {
            // Given images of 0..1, without a zero point, and of -1..1
            var quantized = quantize(ActivationOptions.Type.ASYMMETRIC, range);
            for (boolean signed : new boolean[] {false, true}) {
                var input = ByteInput.of(quantized, signed);
                int lowest = signed ? -128 : 0;
                var integers = pixels().map(pixel -> pixel + lowest);

                // When
                var bytes = EngineFixture.output(format, input.graph(), integers, folder);

                // Then
                double scale = input.scale();
                int zeroPoint = input.zeroPoint();
                assertThat(zeroPoint).isEqualTo((range.values()[0] < 0 ? 128 : 0) + lowest);
                var values = integers.map(integer -> (float) (scale * (integer - zeroPoint)));
                var floats = EngineFixture.output(format, quantized, values, folder);
                assertThat(EngineFixture.relativeError(floats, bytes)).isLessThan(1e-5);
            }
        }
    }

    @Test
    void pixelsThatAreScaledToTheWholeRangeAreTheIntegers() {
        // When
        var quantized =
                quantize(ActivationOptions.Type.ASYMMETRIC, pixels().map(pixel -> pixel / 255));
        var input = ByteInput.of(quantized, false);

        // Then
        assertThat(input.input()).isEqualTo("images");
        assertThat(input.formula()).isEqualTo("0.00392157 * (byte - 0)");
        assertThat(input.graph().signature().inputs().get(0).dtype()).isEqualTo(DataType.DT_UINT8);
        assertThat(input.graph().signature().outputs()).isEqualTo(quantized.signature().outputs());
    }

    @Test
    void anInputThatIsNotQuantizedToBytesIsRefused() {
        assertThatThrownBy(() -> ByteInput.of(graph(), false))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("0 inputs of the model are quantized to bytes")
                .hasMessageContaining("it has images");
        var signed = pixels().map(pixel -> pixel / 128 - 1);
        assertThatThrownBy(
                        () ->
                                ByteInput.of(
                                        quantize(ActivationOptions.Type.SYMMETRIC, signed), false))
                .isInstanceOf(FailureException.class);
    }

    private static FlatGraph quantize(ActivationOptions.Type type, FloatTensor images) {
        var step = Int8Fixture.PLAIN.toBuilder().activations(new ActivationOptions(type)).build();
        return new PostTrainingInt8(step).quantize(graph(), List.of(images)).graph();
    }

    /** Every byte, the lowest first. */
    private static FloatTensor pixels() {
        var values = new float[2 * 16 * 16 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 37) % 256;
        }
        return new FloatTensor(values, 2, 16, 16, 3);
    }

    private static FlatGraph graph() {
        var net = new NetBuilder(31, -1, 16, 16, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
        var last = net.unary("Relu", "last/relu", net.convBias("last", stem, 3, 16, 8, 2));
        return net.build(net.dense("dense", net.globalMean("mean", last, false), 8, 5));
    }
}
