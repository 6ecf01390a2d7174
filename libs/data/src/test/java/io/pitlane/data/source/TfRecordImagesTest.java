package io.pitlane.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.data.TfRecordSource.Keys;
import io.pitlane.contract.data.TfRecordSource.Kind;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
import io.pitlane.data.ImageSet;
import io.pitlane.data.PythonFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.Int64List;

class TfRecordImagesTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"classes.tfrecord", "classes.tfrecord.gz"})
    void recordsOfTensorFlowAreReadPlainAndCompressed(String file) {
        var set = ImageSources.open(source(file, null, null, 1), PythonFixtures.FOLDER);

        assertThat(set.labels()).contains(new int[] {0, 1, 2});
        assertThatImagesAreThoseOfPython(set, 3);
    }

    @Test
    void pixelsInRecordsAreReadUnderOtherNames() {
        var keys = keys("image_raw", "height", "width", "depth", "label", null, null);

        var set = ImageSources.open(source("raw.tfrecord", null, keys, 0), PythonFixtures.FOLDER);

        assertThat(set.labels()).contains(new int[] {0, 1, 2});
        assertThatImagesAreThoseOfPython(set, 3);
    }

    @Test
    void valuesOfSeveralFeaturesStandInTheOrderOfThePlan() {
        var keys = keys(null, null, null, null, null, null, List.of("steering", "speed"));

        var set =
                ImageSources.open(source("values.tfrecord", null, keys, 0), PythonFixtures.FOLDER);

        assertThat(((Annotations.Values) set.annotations().orElseThrow()).values())
                .isDeepEqualTo(new float[][] {{0, 10}, {0.25f, 11}, {0.5f, 12}});
    }

    @Test
    void masksAreReadWhenTheyAreAskedFor() {
        var set = ImageSources.open(source("masks.tfrecord", null, null, 0), PythonFixtures.FOLDER);

        var masks = (Annotations.Masks) set.annotations().orElseThrow();
        for (int i = 0; i < 3; i++) {
            assertThat(masks.mask(i).classes())
                    .isEqualTo(PythonFixtures.mask("tfrecord/mask/" + i).classes());
        }
        set.requireLabelsBelow(3);
        assertThatThrownBy(() -> set.requireLabelsBelow(2)).hasMessageContaining("go up to 2");
    }

    @Test
    void boxesAreInPixelsAndCountFromTheFirstClass() {
        var set = ImageSources.open(source("boxes.tfrecord", null, null, 1), PythonFixtures.FOLDER);

        var boxes = ((Annotations.Boxes) set.annotations().orElseThrow()).boxes();
        assertThat(boxes.get(1)).isEmpty();
        assertThat(boxes.get(0)).extracting(Box::label).containsExactly(0, 2);
        assertThat(boxes.get(0)).extracting(Box::difficult).containsExactly(false, true);
        var first = boxes.get(0).get(0);
        var pixels = new float[] {first.x1(), first.y1(), first.x2(), first.y2()};
        assertThat(pixels).containsExactly(new float[] {0, 1, 3, 4}, Offset.offset(1e-5f));
    }

    @Test
    void thePlanCanIgnoreAnnotations() {
        var set =
                ImageSources.open(
                        source("classes.tfrecord", Kind.NONE, null, 0), PythonFixtures.FOLDER);

        assertThat(set.annotations()).isEmpty();
    }

    @Test
    void severalFilesAFolderOrAPatternAreOneSet() throws IOException {
        Files.copy(
                PythonFixtures.FOLDER.resolve("classes.tfrecord"), folder.resolve("a.tfrecord-1"));
        Files.copy(
                PythonFixtures.FOLDER.resolve("classes.tfrecord.gz"), folder.resolve("b.tfrecord"));
        Files.createFile(folder.resolve("notes.txt"));

        assertThat(ImageSources.open(source(".", null, null, 1), folder).labels())
                .contains(new int[] {0, 1, 2, 0, 1, 2});
        assertThat(ImageSources.open(source("*.tfrecord*", null, null, 1), folder).size())
                .isEqualTo(6);
        assertThat(ImageSources.open(source("?.tfrecord", null, null, 1), folder).size())
                .isEqualTo(3);
    }

    @Test
    void packedRecordsBeyondTheMemoryForThemAreRefused() {
        var packed = PythonFixtures.FOLDER.resolve("classes.tfrecord.gz");

        assertThatThrownBy(
                        () ->
                                new TfRecordFile(packed, new AtomicLong(300))
                                        .read((bytes, stored, name) -> {}))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("do not fit into memory");
    }

    @Test
    void everyFlippedByteIsFound() throws IOException {
        byte[] sound = PythonFixtures.bytes("classes.tfrecord");
        for (int at = 0; at < sound.length; at += 7) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 4;
            Files.write(folder.resolve("damaged.tfrecord"), damaged);

            assertThatThrownBy(
                            () ->
                                    ImageSources.open(
                                            source("damaged.tfrecord", null, null, 1), folder))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("damaged.tfrecord");
        }
    }

    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        byte[] sound = PythonFixtures.bytes("classes.tfrecord");
        for (int length : new int[] {5, 20, sound.length - 2}) {
            Files.write(folder.resolve("cut"), Arrays.copyOf(sound, length));

            assertThatThrownBy(() -> ImageSources.open(source("cut", null, null, 1), folder))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("cut");
        }
    }

    @Test
    void whatIsMissingOrWrongIsNamedWithItsRecord() {
        assertRefused(source("classes.tfrecord", null, null, 2), "record 0 of", "the label 1");
        assertRefused(
                source("values.tfrecord", Kind.CLASSES, null, 0),
                "record 0 of",
                "no feature 'image/class/label'");
        assertRefused(
                source("rgb.png", null, null, 0), "rgb.png", "does not begin with a TFRecord");
        assertRefused(source("none.tfrecord", null, null, 0), "There is no file", "none.tfrecord");
        assertRefused(source("none-*", null, null, 0), "no file's name fits", "none-*");
    }

    @Test
    void pixelsOfAnUnknownSizeAreRefused() {
        var keys = keys("image_raw", null, null, null, "label", null, null);
        var set = ImageSources.open(source("raw.tfrecord", null, keys, 0), PythonFixtures.FOLDER);

        assertThatThrownBy(set::requireReadable)
                .hasMessageContaining("neither an encoded image nor pixels of a known size");
    }

    @Test
    void pixelsThatBeginAsAnEncodedImageDoesArePixels() throws IOException {
        for (var beginning : new byte[][] {{'B', 'M'}, {-1, -40, -1}, {0, 0, 4, 4}}) {
            byte[] pixels = Arrays.copyOf(beginning, 12);
            record(pixels, 2, 2);

            var set = ImageSources.open(source("one.tfrecord", null, null, 0), folder);

            assertThat(set.image(0).pixels()).isEqualTo(pixels);
        }
    }

    @Test
    void anEncodedImageOfTheLengthOfItsPixelsIsDecoded() throws IOException {
        // Decoders ignore bytes after the end of a PNG.
        byte[] png = Arrays.copyOf(PythonFixtures.bytes("rgb.png"), 180);
        record(png, 6, 10);

        var set = ImageSources.open(source("one.tfrecord", null, null, 0), folder);

        assertThat(set.image(0).pixels()).isEqualTo(PythonFixtures.image("rgb.png").pixels());
    }

    private void record(byte[] image, int height, int width) throws IOException {
        var features =
                Features.newBuilder()
                        .putFeature("image/encoded", bytes(image))
                        .putFeature("image/height", number(height))
                        .putFeature("image/width", number(width));
        byte[] example = Example.newBuilder().setFeatures(features).build().toByteArray();
        var file = ByteBuffer.allocate(16 + example.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(example.length);
        file.putInt(sum(Arrays.copyOf(file.array(), 8))).put(example).putInt(sum(example));
        Files.write(folder.resolve("one.tfrecord"), file.array());
    }

    private static int sum(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        long value = crc.getValue();
        return (int) ((value >>> 15 | value << 17) + 0xa282ead8L);
    }

    private static Feature bytes(byte[] bytes) {
        var list = BytesList.newBuilder().addValue(ByteString.copyFrom(bytes));
        return Feature.newBuilder().setBytesList(list).build();
    }

    private static Feature number(int value) {
        return Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(value)).build();
    }

    private static void assertRefused(TfRecordSource source, String... why) {
        assertThatThrownBy(() -> ImageSources.open(source, PythonFixtures.FOLDER))
                .isInstanceOf(FailureException.class)
                .hasMessageContainingAll(why);
    }

    private static void assertThatImagesAreThoseOfPython(ImageSet set, int count) {
        assertThat(set.size()).isEqualTo(count);
        // In reverse: the order of reading must not matter.
        for (int i = count - 1; i >= 0; i--) {
            assertThat(set.image(i).pixels())
                    .isEqualTo(PythonFixtures.image("tfrecord/" + i).pixels());
        }
    }

    private static TfRecordSource source(String file, Kind kind, Keys keys, int firstClass) {
        return new TfRecordSource(List.of(file), kind, keys, firstClass);
    }

    private static Keys keys(
            String image,
            String height,
            String width,
            String channels,
            String label,
            String mask,
            List<String> values) {
        return Keys.builder()
                .image(image)
                .height(height)
                .width(width)
                .channels(channels)
                .label(label)
                .mask(mask)
                .values(values)
                .build();
    }
}
