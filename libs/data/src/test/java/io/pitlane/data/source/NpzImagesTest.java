package io.pitlane.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.data.NpzSource.Keys;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Annotations;
import io.pitlane.data.FloatArray;
import io.pitlane.data.NpzFiles;
import io.pitlane.data.PythonFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzImagesTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"stored.npz", "deflated.npz", "versions.npz"})
    void arraysOfNumPyAreRead(String file) {
        var set = ImageSources.open(new NpzSource(file, null), PythonFixtures.FOLDER);

        assertThat(set.labels()).contains(new int[] {2, 0, 1});
        for (int i = 0; i < 3; i++) {
            assertThat(set.image(i).size()).isEqualTo("5x7");
            assertThat(set.image(i).pixels()).isEqualTo(PythonFixtures.image("npz/" + i).pixels());
        }
    }

    @Test
    void columnMajorArraysAreReordered() {
        var set = ImageSources.open(new NpzSource("fortran.npz", null), PythonFixtures.FOLDER);

        assertThat(set.image(2).pixels()).isEqualTo(PythonFixtures.image("npz/2").pixels());
        assertThat(((Annotations.Values) set.annotations().orElseThrow()).values())
                .isDeepEqualTo(new float[][] {{0.5f, -1}, {0.25f, 2}, {8, 3}});
    }

    @Test
    void masksAreRead() {
        var set = ImageSources.open(new NpzSource("masks.npz", null), PythonFixtures.FOLDER);

        assertThat(set.image(0).channels()).isEqualTo(1);
        var masks = (Annotations.Masks) set.annotations().orElseThrow();
        assertThat(masks.mask(1).classes()).isEqualTo(PythonFixtures.mask("npz/mask/1").classes());
    }

    @Test
    void keysNameOtherArrays() {
        var keys = new Keys("x", null, null, "y");

        var set = ImageSources.open(new NpzSource("deflated.npz", keys), PythonFixtures.FOLDER);

        assertThat(((Annotations.Values) set.annotations().orElseThrow()).values())
                .isDeepEqualTo(new float[][] {{2}, {0}, {1}});
    }

    @Test
    void floatsAreReadAsArraysOfTheirOwnShape() {
        var set = ImageSources.open(new NpzSource("floats.npz", null), PythonFixtures.FOLDER);

        assertThat(set.holdsArrays()).isTrue();
        for (int i = 0; i < 3; i++) {
            var image = PythonFixtures.image("npz/" + i);
            var array = (FloatArray) set.sample(i);
            assertThat(array.size()).isEqualTo("[5, 7, 3]");
            for (int p = 0; p < image.pixels().length; p++) {
                assertThat(array.tensor().values()[p]).isEqualTo(image.pixels()[p] & 0xff);
            }
        }
    }

    @Test
    void float64AndOtherByteOrdersAreRoundedToFloat32() throws IOException {
        // Given
        var values = ByteBuffer.allocate(4 * Double.BYTES);
        for (double value : new double[] {0.1, -2, 1e10, 4}) {
            values.putDouble(value);
        }
        NpzFiles.write(
                folder.resolve("f8.npz"), new NpzFiles.Array("x", ">f8", "2, 2", values.array()));

        // When
        var set = ImageSources.open(new NpzSource("f8.npz", null), folder);

        // Then
        assertThat(((FloatArray) set.sample(0)).tensor().values()).containsExactly(0.1f, -2);
        assertThat(((FloatArray) set.sample(1)).tensor().values()).containsExactly(1e10f, 4);
    }

    @Test
    void aValueThatIsNoNumberIsNamedWithItsItem() throws IOException {
        // Given
        float[] values = {0, 1, 2, Float.NaN};
        NpzFiles.write(folder.resolve("nan.npz"), NpzFiles.Array.floats("images", values, "2, 2"));

        // When
        var set = ImageSources.open(new NpzSource("nan.npz", null), folder);

        // Then
        assertThatThrownBy(set::requireReadable)
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'images'")
                .hasMessageContaining("nan.npz holds NaN in item 1");
    }

    @Test
    void aMaskMustHaveTheHeightAndWidthOfItsArray() throws IOException {
        // Given: range images of 2x3 with 5 channels
        var images = NpzFiles.Array.floats("images", new float[30], "1, 2, 3, 5");
        NpzFiles.write(
                folder.resolve("fits.npz"),
                images,
                new NpzFiles.Array("masks", "|u1", "1, 2, 3", new byte[6]));
        NpzFiles.write(
                folder.resolve("turned.npz"),
                images,
                new NpzFiles.Array("masks", "|u1", "1, 3, 2", new byte[6]));

        // When
        var fits = ImageSources.open(new NpzSource("fits.npz", null), folder);
        var turned = ImageSources.open(new NpzSource("turned.npz", null), folder);

        // Then
        fits.requireReadable();
        assertThatThrownBy(turned::requireReadable)
                .hasMessage("The mask of item 0 is [3, 2], but the array is [2, 3, 5].");
    }

    @Test
    void whatIsMissingOrOfAnotherKindIsNamed() {
        assertRefused(
                "stored.npz",
                new Keys("x_train", null, null, null),
                "no array 'x_train'",
                "[images, labels]");
        assertRefused("masks.npz", new Keys("x", "masks", null, null), "'masks'", "not labels");
        assertRefused("fortran.npz", new Keys(null, "targets", null, null), "not labels");
        assertRefused("rgb.png", null, "cannot be read as .npz");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'descr': '|u1', 'fortran_order': False, 'shape': (2000000000, 100, 100), } ~ promises more bytes than it can hold
                    {'descr': '|u1', 'fortran_order': False, 'shape': (9000000000, 1, 1), }     ~ has the shape
                    {'descr': '|u1', 'fortran_order': False, 'shape': (-1, 1, 1), }             ~ has the shape
                    {'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 2), }              ~ ends before the values
                    {'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 0), }              ~ is longer than its header says
                    {'descr': '|O', 'fortran_order': False, 'shape': (1,), }                    ~ of type |O, not numbers
                    {'descr': [('r', '|u1')], 'fortran_order': False, 'shape': (1,), }          ~ has no type of plain numbers
                    """)
    void anArrayThatIsNotAsItsHeaderSaysIsRefusedBeforeMemoryIsTaken(String header, String why)
            throws IOException {
        Files.createDirectories(folder);
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("bad.npz")))) {
            zip.putNextEntry(new ZipEntry("images.npy"));
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
            zip.write(new byte[] {(byte) header.length(), 0});
            zip.write(header.getBytes(StandardCharsets.US_ASCII));
            zip.write(7);
        }

        assertThatThrownBy(() -> ImageSources.open(new NpzSource("bad.npz", null), folder))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'images'")
                .hasMessageContaining(why);
    }

    private static void assertRefused(String file, Keys keys, String... why) {
        assertThatThrownBy(
                        () -> ImageSources.open(new NpzSource(file, keys), PythonFixtures.FOLDER))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(file)
                .hasMessageContainingAll(why);
    }
}
