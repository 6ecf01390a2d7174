package io.pitlane.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_UINT8;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessorTest {
    private static final Image COLOUR =
            new Image(1, 2, 3, new byte[] {10, 20, 30, (byte) 200, (byte) 210, (byte) 220});
    private static final Image GREY = new Image(1, 2, 1, new byte[] {10, (byte) 200});

    @Test
    void scalesThenSubtractsTheMeanThenDividesPerChannel() {
        var spec =
                InputSpec.builder()
                        .channels(Channels.RGB)
                        .scale(0.5)
                        .mean(List.of(1.0, 2.0, 3.0))
                        .std(List.of(2.0))
                        .build();

        assertThat(Preprocessor.of(spec, input(-1, 1, 2, 3)).apply(COLOUR))
                .isEqualTo(new FloatTensor(new float[] {2, 4, 6, 49.5f, 51.5f, 53.5f}, 1, 1, 2, 3));
    }

    @Test
    void anInputOfBytesTakesPixels() {
        // Given
        var spec = InputSpec.builder().channels(Channels.BGR).scale(0.5).mean(List.of(7.0)).build();
        var port =
                new GraphSignature.Port("x", TensorRef.of("x"), DT_UINT8, List.of(-1L, 1L, 2L, 3L));

        // When
        var batch = Preprocessor.of(spec, port).apply(COLOUR);

        // Then
        assertThat(batch.values()).containsExactly(30, 20, 10, 220, 210, 200);
    }

    @Test
    void bgrReversesTheChannels() {
        assertThat(Preprocessor.of(spec(Channels.BGR), input(-1, 1, 2, 3)).apply(COLOUR).values())
                .containsExactly(30, 20, 10, 220, 210, 200);
    }

    @Test
    void greyComesFromColourByItuR601() {
        float[] grey =
                Preprocessor.of(spec(Channels.GREY), input(-1, 1, 2, 1)).apply(COLOUR).values();

        assertThat(grey[0]).isEqualTo(0.299f * 10 + 0.587f * 20 + 0.114f * 30);
    }

    @Test
    void aGreyImageFillsEveryChannelOfAColourModel() {
        assertThat(Preprocessor.of(spec(Channels.RGB), input(-1, 1, 2, 3)).apply(GREY).values())
                .containsExactly(10, 10, 10, 200, 200, 200);
    }

    @Test
    void aModelWithChannelsFirstGetsPlanes() {
        assertThat(Preprocessor.of(spec(Channels.RGB), input(-1, 3, 1, 2)).apply(COLOUR))
                .isEqualTo(new FloatTensor(new float[] {10, 200, 20, 210, 30, 220}, 1, 3, 1, 2));
    }

    @Test
    void aModelWithoutChannelsGetsRowsAndColumns() {
        assertThat(Preprocessor.of(spec(Channels.GREY), input(-1, 1, 2)).apply(GREY))
                .isEqualTo(new FloatTensor(new float[] {10, 200}, 1, 1, 2));
    }

    @Test
    void imagesOfAnotherSizeAreRefusedWithTheFieldToSet() {
        assertThatThrownBy(
                        () ->
                                Preprocessor.of(spec(Channels.GREY), input(-1, 32, 32, 1))
                                        .apply(GREY))
                .isInstanceOf(FailureException.class)
                .hasMessage("Images are 1x2, but the model takes 32x32.")
                .extracting(e -> ((FailureException) e).action())
                .isEqualTo("Set input.resize to the model's size.");
    }

    @Test
    void aResizeToAnotherSizeThanTheModelsIsRefused() {
        var spec = InputSpec.builder().resize(List.of(30, 30)).build();

        assertThatThrownBy(() -> Preprocessor.of(spec, input(-1, 32, 32, 3)))
                .hasMessage("input.resize is 30x30, but the model takes 32x32.");
    }

    @Test
    void theWrongNumberOfChannelsIsRefused() {
        assertThatThrownBy(() -> Preprocessor.of(spec(Channels.RGB), input(-1, 28, 28, 1)))
                .hasMessageContaining("does not take images of 3 channels");
    }

    @Test
    void anInputForASingleImageIsRefusedWithTheExportForBatches() {
        for (var single : List.of(input(224, 224, 3), input(3, 224, 224), input(-1, -1, 3))) {
            assertThatThrownBy(() -> Preprocessor.of(spec(Channels.RGB), single))
                    .hasMessage(
                            "The model's input 'in' is "
                                    + single.shape()
                                    + ", the shape of a single image: it has no batch dimension.");
        }
        for (var single : List.of(input(28, 28, 1), input(28, 28))) {
            assertThatThrownBy(() -> Preprocessor.of(spec(Channels.GREY), single))
                    .hasMessageContaining("no batch dimension");
        }
        assertThatThrownBy(() -> Preprocessor.of(spec(Channels.RGB), input(224, -1, 3)))
                .extracting(e -> ((FailureException) e).action())
                .asString()
                .contains("input_signature=[tf.TensorSpec([None, 224, None, 3])]");
    }

    @Test
    void anInputOfNeitherFloatsNorBytesIsRefused() {
        var integers =
                new GraphSignature.Port(
                        "in", TensorRef.of("in"), DT_INT32, List.of(-1L, 1L, 2L, 3L));

        assertThatThrownBy(() -> Preprocessor.of(spec(Channels.RGB), integers))
                .hasMessageContaining("takes DT_INT32, neither float32 nor uint8");
    }

    @Test
    void aModelOfAnySizeTakesImagesOfTheirOwnSizeButNotTwoSizesAtOnce() {
        var any = Preprocessor.of(spec(Channels.GREY), input(-1, -1, -1, 1));
        var tall = new Image(2, 1, 1, new byte[2]);
        var mixed = ImageSet.of(List.of(GREY, tall));

        assertThat(any.apply(tall).shape()).containsExactly(1, 2, 1, 1);
        assertThatThrownBy(() -> any.batch(mixed, new int[] {0, 1}))
                .hasMessage("Images are of different sizes, 1x2 and 2x1.");
    }

    private static InputSpec spec(Channels channels) {
        return InputSpec.builder().channels(channels).build();
    }

    private static GraphSignature.Port input(long... shape) {
        return new GraphSignature.Port(
                "in", TensorRef.of("in"), DT_FLOAT, Arrays.stream(shape).boxed().toList());
    }
}
