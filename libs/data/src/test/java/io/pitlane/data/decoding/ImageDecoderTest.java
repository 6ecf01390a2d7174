package io.pitlane.data.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.PythonFixtures;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "rgba.png",
                "rgb.ppm",
                "rgb.bmp",
                "rgb16.png",
                "rgb-profile.png",
                "palette.png",
                "grey.png",
                "grey.pgm",
                "grey-gamma.png",
                "grey1.png",
                "grey2.png",
                "grey4.png",
                "grey16.png"
            })
    void losslessFilesGiveTheValuesThatPythonReads(String file) {
        var expected = PythonFixtures.image(file);

        var image = ImageDecoder.image(PythonFixtures.bytes(file), file);

        assertThat(image.size()).isEqualTo(expected.size());
        assertThat(image.channels()).isEqualTo(expected.channels());
        assertThat(image.pixels()).isEqualTo(expected.pixels());
        assertThat(ImageDecoder.size(PythonFixtures.bytes(file), file))
                .hasToString(expected.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.jpg", "grey.jpg", "rgb-profile.jpg", "upright.jpg"})
    void jpegsGiveTheValuesThatTensorFlowReadsButForRounding(String file) {
        var expected = PythonFixtures.image(file);

        var image = ImageDecoder.image(PythonFixtures.bytes(file), file);

        assertThat(image.size()).isEqualTo(expected.size());
        assertThat(image.channels()).isEqualTo(expected.channels());
        for (int i = 0; i < image.pixels().length; i++) {
            int difference = (image.pixels()[i] & 0xff) - (expected.pixels()[i] & 0xff);
            assertThat(difference).isBetween(-2, 2);
        }
    }

    @Test
    void imagesThatProgramsReadDifferentlyAreRefused() {
        assertRefused("turned.jpg", "its EXIF orientation is 6");
        assertRefused("cmyk.jpg", "it is a CMYK JPEG");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mask-palette.png",
                "mask-palette2.png",
                "mask-transparent.png",
                "mask-grey.png",
                "mask.pgm",
                "grey1.png",
                "grey2.png",
                "grey4.png"
            })
    void masksGiveTheStoredIndices(String file) {
        var mask = ImageDecoder.mask(PythonFixtures.bytes(file), file);

        var expected = PythonFixtures.mask("mask/" + file);
        assertThat(mask.height()).isEqualTo(expected.height());
        assertThat(mask.classes()).isEqualTo(expected.classes());
    }

    @Test
    void colourImagesAreNotMasks() {
        assertMaskRefused("rgb.png", "it is a colour image");
        assertMaskRefused("rgb.jpg", "JPEG changes class indices");
        assertMaskRefused("grey16.png", "is above 255");
        assertMaskRefused("rgb.ppm", "a mask is a PGM");
    }

    @Test
    void pnmIsReadAsTextAndInTwoBytesToo() {
        var text = "P3 # a comment\n2 1\n15\n0 5 15  15 10 0\n";
        byte[] wide = {
            'P', '5', '\n', '1', ' ', '2', ' ', '6', '5', '5', '3', '5', '\n', 1, 1, -1, -1
        };

        assertThat(ImageDecoder.image(ascii(text), "text").pixels())
                .containsExactly(0, 85, 255, 255, 170, 0);
        assertThat(ImageDecoder.image(wide, "wide").pixels()).containsExactly(1, 255);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P6 60000 60000 255\nabc",
                "P6 2 2 255\nabc",
                "P5 1 x 255\nabc",
                "P2 1 1 7\n8      ",
                "P5 0 1 255\nabc"
            })
    void damagedPnmIsRefused(String content) {
        assertThatThrownBy(() -> ImageDecoder.image(ascii(content), "damaged.ppm"))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("damaged.ppm cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.png", "grey4.png", "palette.png", "rgb.jpg", "rgb.bmp", "rgb.ppm"})
    void aFileThatIsCutOffIsRefusedUnlessNoPixelIsMissing(String file) {
        byte[] whole = PythonFixtures.bytes(file);
        byte[] pixels = ImageDecoder.image(whole, file).pixels();
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            try {
                assertThat(ImageDecoder.image(cut, file).pixels())
                        .as("%d bytes", length)
                        .isEqualTo(pixels);
            } catch (FailureException e) {
                assertThat(e).hasMessageContaining(file + " cannot be read");
            }
        }
    }

    @Test
    void anImageOfTooManyPixelsIsRefusedBeforeItIsRead() {
        byte[] png = PythonFixtures.bytes("rgb.png").clone();
        Arrays.fill(png, 16, 24, (byte) 0);
        png[17] = 2;
        png[21] = 2;

        assertThatThrownBy(() -> ImageDecoder.image(png, "huge.png"))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("huge.png cannot be read (more than");
    }

    private static void assertRefused(String file, String why) {
        assertThatThrownBy(() -> ImageDecoder.image(PythonFixtures.bytes(file), file))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(why);
    }

    private static void assertMaskRefused(String file, String why) {
        assertThatThrownBy(() -> ImageDecoder.mask(PythonFixtures.bytes(file), file))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(why);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
