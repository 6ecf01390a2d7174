package io.pitlane.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.source.ImageSources;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetTest {
    private static final byte[] TWO_GREY = {
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, (byte) 200, 4
    };
    private static final byte[] ONE_COLOUR = {
        0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9
    };
    private static final byte[] TWO_LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 5, 0};

    @TempDir Path folder;

    @Test
    void idxIsReadPlainAndCompressed() throws IOException {
        write("images", TWO_GREY);
        write("images.gz", gzip(TWO_GREY));
        write("labels", TWO_LABELS);

        for (var images : new String[] {"images", "images.gz"}) {
            var set = ImageSources.open(new DataSource.Idx(images, "labels"), folder);

            assertThat(set.size()).isEqualTo(2);
            assertThat(set.image(1).size()).isEqualTo("1x2");
            assertThat(set.image(1).channels()).isEqualTo(1);
            assertThat(set.image(1).pixels()).containsExactly(200, 4);
            assertThat(set.labels()).contains(new int[] {5, 0});
        }
    }

    @Test
    void idxOfFourDimensionsHasColour() throws IOException {
        write("images", ONE_COLOUR);

        var set = ImageSources.open(new DataSource.Idx("images", null), folder);

        assertThat(set.image(0).channels()).isEqualTo(3);
        assertThat(set.image(0).pixels()).containsExactly(7, 8, 9);
        assertThat(set.labels()).isEmpty();
    }

    @Test
    void aDamagedIdxFileIsRefusedByName() throws IOException {
        write("short", Arrays.copyOf(TWO_GREY, TWO_GREY.length - 1));
        write("long", Arrays.copyOf(TWO_GREY, TWO_GREY.length + 1));
        write("huge", new byte[] {0, 0, 8, 3, 127, 0, 0, 0, 127, 0, 0, 0, 127, 0, 0, 0});
        write("text", "not an idx file at all".getBytes());
        write("cut.gz", Arrays.copyOf(gzip(TWO_GREY), 20));

        assertRefused("short", "ends before the values that its header promises");
        assertRefused("long", "is longer than its header says");
        assertRefused("huge", "more than it can hold");
        assertRefused("text", "is no idx file of unsigned bytes");
        assertRefused("cut.gz", "cut.gz");
        assertRefused("missing", "There is no file");
    }

    @Test
    void aFailureToReadKeepsItsCause() throws IOException {
        write("short", Arrays.copyOf(TWO_GREY, TWO_GREY.length - 1));
        write("text", "not numpy".getBytes());
        write("damaged.gz", new byte[] {0x1f, (byte) 0x8b, 9});

        assertThatThrownBy(() -> open(new DataSource.Idx("short", null)))
                .hasCauseInstanceOf(EOFException.class);
        assertThatThrownBy(() -> open(new DataSource.Idx("damaged.gz", null)))
                .hasCauseInstanceOf(ZipException.class);
        assertThatThrownBy(() -> open(new DataSource.Idx("missing", null)))
                .hasCauseInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> open(new NpzSource("text", null)))
                .hasCauseInstanceOf(ZipException.class);
    }

    private ImageSet open(DataSource source) {
        return ImageSources.open(source, folder);
    }

    @Test
    void anEmptySetIsRefused() throws IOException {
        write("images", new byte[] {0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2});

        assertRefused("images", "There is not one image in images");
    }

    @Test
    void labelsOfAnotherNumberThanTheImagesAreRefused() throws IOException {
        write("images", ONE_COLOUR);
        write("labels", TWO_LABELS);

        assertThatThrownBy(() -> ImageSources.open(new DataSource.Idx("images", "labels"), folder))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("holds 2 labels for 1 images");
    }

    @Test
    void labelsBeyondTheModelsClassesAreRefused() throws IOException {
        write("images", TWO_GREY);
        write("labels", TWO_LABELS);
        var set = ImageSources.open(new DataSource.Idx("images", "labels"), folder);

        assertThatThrownBy(() -> set.requireLabelsBelow(5))
                .hasMessage("The labels go up to 5 (6 classes), but the model has 5 classes.");
        set.requireLabelsBelow(6);
    }

    @Test
    void classFoldersAreInOrderOfNumberAndImagesKeepTheirChannels() throws IOException {
        png("10/a.png", BufferedImage.TYPE_INT_RGB, 0x102030);
        png("9/b.png", BufferedImage.TYPE_BYTE_GRAY, 0xffffff);
        write("9/notes.txt", new byte[0]);

        var set = ImageSources.open(new DataSource.Folder("."), folder);

        assertThat(set.labels()).contains(new int[] {0, 1});
        assertThat(set.image(0).channels()).isEqualTo(1);
        assertThat(set.image(0).pixels()).containsOnly(-1);
        assertThat(set.image(1).pixels()).startsWith(0x10, 0x20, 0x30);
        assertThat(set.image(1).size()).isEqualTo("2x3");
    }

    @Test
    void greyFilesGiveTheirStoredValues() throws IOException {
        var image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 77);
        Files.createDirectories(folder.resolve("a"));
        ImageIO.write(image, "png", folder.resolve("a/grey.png").toFile());

        var set = ImageSources.open(new DataSource.Folder("."), folder);

        assertThat(set.image(0).pixels()).containsExactly(77);
    }

    @Test
    void aFileThatIsNoImageIsRefusedByName() throws IOException {
        write("a/broken.png", "no".getBytes());

        var set = ImageSources.open(new DataSource.Folder("."), folder);

        assertThatThrownBy(set::requireReadable)
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("broken.png cannot be read");
        assertThatThrownBy(() -> set.image(0)).hasMessageContaining("broken.png");
    }

    @Test
    void cifarPlanesBecomePixels() throws IOException {
        var entry = new byte[3073];
        entry[0] = 4;
        entry[1 + 33] = 11;
        entry[1 + 1024 + 33] = 12;
        entry[1 + 2048 + 33] = 13;
        write("batches/data_batch_1.bin", entry);
        write("batches/readme.html", new byte[1]);

        var set = ImageSources.open(new DataSource.Cifar10("batches"), folder);

        assertThat(set.labels()).contains(new int[] {4});
        assertThat(Arrays.copyOfRange(set.image(0).pixels(), 33 * 3, 34 * 3))
                .containsExactly(11, 12, 13);
    }

    @Test
    void aCifarFileOfAnotherLengthIsRefused() throws IOException {
        write("bad.bin", new byte[3000]);

        assertThatThrownBy(() -> ImageSources.open(new DataSource.Cifar10("bad.bin"), folder))
                .hasMessageContaining("no multiple of CIFAR-10's 3073");
    }

    @Test
    void aMaskOfAnotherShapeThanItsImageIsRefusedAndAHalfSizedOneIsNot() {
        var image = new Image(5, 7, 1, new byte[35]);

        var turned = ImageSet.of(List.of(image), Masks.of(List.of(new Mask(7, 5, new byte[35]))));
        var half = ImageSet.of(List.of(image), Masks.of(List.of(new Mask(3, 4, new byte[12]))));

        assertThatThrownBy(turned::requireReadable)
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("The mask of image 0 is 7x5")
                .hasMessageContaining("5x7");
        assertThatCode(half::requireReadable).doesNotThrowAnyException();
    }

    @Test
    void aBoxBesideItsImageIsRefusedAndOneOverTheEdgeIsNot() {
        var image = new Image(5, 7, 1, new byte[35]);

        var beside = boxed(image, new Box(0, 100, 1, 120, 3, false));
        var larger = boxed(image, new Box(0, 1, 1, 60, 3, false));
        var over = boxed(image, new Box(0, -1, 1, 7.5f, 5, false));

        assertThatThrownBy(beside::requireReadable).hasMessageContaining("A box of image 0");
        assertThatThrownBy(larger::requireReadable).hasMessageContaining("but the image is 5x7");
        assertThatCode(over::requireReadable).doesNotThrowAnyException();
    }

    @Test
    void aSubsetKeepsImagesAndAnnotationsTogether() {
        var images =
                List.of(new Image(1, 1, 1, new byte[] {1}), new Image(1, 1, 1, new byte[] {2}));
        var masks = List.of(new Mask(1, 1, new byte[] {3}), new Mask(1, 1, new byte[] {4}));
        var set = ImageSet.of(images, Masks.of(masks)).subset(new int[] {1, 0, 1});

        assertThat(set.size()).isEqualTo(3);
        assertThat(set.image(2).pixels()).containsExactly(2);
        assertThat(((Masks) set.annotations().orElseThrow()).mask(0).at(0, 0)).isEqualTo(4);
        assertThat(((Masks) set.annotations().orElseThrow()).mask(1).at(0, 0)).isEqualTo(3);
    }

    private static ImageSet boxed(Image image, Box box) {
        return ImageSet.of(List.of(image), new Annotations.Boxes(List.of(List.of(box))));
    }

    private void assertRefused(String file, String why) {
        assertThatThrownBy(() -> ImageSources.open(new DataSource.Idx(file, null), folder))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(why);
    }

    private void png(String name, int type, int colour) throws IOException {
        var image = new BufferedImage(3, 2, type);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 3, i / 3, colour);
        }
        Files.createDirectories(folder.resolve(name).getParent());
        ImageIO.write(image, "png", folder.resolve(name).toFile());
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.write(folder.resolve(name), bytes);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
