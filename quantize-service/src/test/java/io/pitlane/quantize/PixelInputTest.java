package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.preprocessing.PixelInput;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;

/** Quantized models that take pixels and scale them themselves. */
class PixelInputTest {
    private static final int CHANNELS = 3;
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void pixelsGiveTheOutputsOfPreprocessedImages(ModelFormat format) {
        for (var mean : List.of(List.of(0.5), List.of(0.485, 0.456, 0.406))) {
            // Given
            var spec =
                    InputSpec.builder()
                            .scale(1 / 255.0)
                            .mean(mean)
                            .std(List.of(0.229, 0.224, 0.225))
                            .build();
            var floats = preprocessed(spec);
            var quantized =
                    new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph(), List.of(floats));

            // When
            var model = PixelInput.of(quantized.graph(), spec);

            // Then
            assertThat(model.signature().inputs().get(0).dtype()).isEqualTo(DataType.DT_UINT8);
            assertThat(model.signature().outputs())
                    .isEqualTo(quantized.graph().signature().outputs());
            var expected = EngineFixture.output(format, quantized.graph(), floats, folder);
            var actual = EngineFixture.output(format, model, pixels(), folder);
            assertThat(EngineFixture.relativeError(expected, actual)).isLessThan(1e-5);
        }
    }

    @Test
    void aModelOfBytesStaysAsItIs() {
        var model = PixelInput.of(graph(), InputSpec.DEFAULT);

        assertThat(PixelInput.of(model, InputSpec.DEFAULT)).isSameAs(model);
    }

    /** By hand: {@code (pixel * scale - mean) / std}. */
    private static FloatTensor preprocessed(InputSpec spec) {
        var values = pixels().values();
        for (int i = 0; i < values.length; i++) {
            double mean = spec.mean().get(spec.mean().size() == 1 ? 0 : i % CHANNELS);
            values[i] = (float) ((values[i] * spec.scale() - mean) / spec.std().get(i % CHANNELS));
        }
        return new FloatTensor(values, 2, 16, 16, CHANNELS);
    }

    private static FloatTensor pixels() {
        var values = new float[2 * 16 * 16 * CHANNELS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 37) % 256;
        }
        return new FloatTensor(values, 2, 16, 16, CHANNELS);
    }

    private static FlatGraph graph() {
        var net = new NetBuilder(31, -1, 16, 16, CHANNELS);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, CHANNELS, 16, 1));
        var last = net.unary("Relu", "last/relu", net.convBias("last", stem, 3, 16, 8, 2));
        return net.build(net.dense("dense", net.globalMean("mean", last, false), 8, 5));
    }
}
