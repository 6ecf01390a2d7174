package io.pitlane.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.data.InputSpec.Interpolation;
import io.pitlane.contract.data.Resize;
import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.data.Annotations;
import io.pitlane.data.Annotations.Boxes;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.Box;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Images, masks and boxes go the same way through a crop and a letterbox. */
class ResizeGeometryTest {
    private static final int PAD = 250;

    @ParameterizedTest
    @CsvSource({
        // 1333 * 500 / 1333 is 500 exactly, though not in float32
        "1333, 800, 500, 500, 500, 300, 0, 99",
        "480, 640, 640, 640, 480, 640, 80, 0",
        "427, 640, 300, 300, 200, 300, 49, 0",
        "3, 1000, 10, 10, 1, 10, 4, 0"
    })
    void theSizesOfALetterboxAreExact(
            int height, int width, int h, int w, int resizedH, int resizedW, int top, int left) {
        var geometry =
                ResizeGeometry.of(new Resize.Letterbox(List.of(h, w), 0), black(height, width));

        assertThat(geometry.rows()).isEqualTo(new ResizeAxis(height, resizedH, top, h));
        assertThat(geometry.columns()).isEqualTo(new ResizeAxis(width, resizedW, left, w));
    }

    @ParameterizedTest
    @CsvSource({
        "375, 500, 256, 224, 224, 256, 341, -16, -58",
        "500, 375, 256, 224, 224, 341, 256, -58, -16",
        "1024, 2048, 512, 512, 1024, 512, 1024, 0, 0"
    })
    void theCropIsThatOfImageNetPreprocessing(
            int height,
            int width,
            int shorterSide,
            int h,
            int w,
            int resizedH,
            int resizedW,
            int top,
            int left) {
        var crop = new Resize.CenterCrop(shorterSide, List.of(h, w));

        var geometry = ResizeGeometry.of(crop, black(height, width));

        assertThat(geometry.rows()).isEqualTo(new ResizeAxis(height, resizedH, top, h));
        assertThat(geometry.columns()).isEqualTo(new ResizeAxis(width, resizedW, left, w));
    }

    static Stream<Resize> resizes() {
        return Stream.of(
                new Resize.Letterbox(List.of(10, 14), PAD),
                new Resize.Letterbox(List.of(14, 10), PAD),
                new Resize.Letterbox(List.of(5, 5), PAD),
                new Resize.CenterCrop(9, List.of(7, 8)),
                new Resize.CenterCrop(5, List.of(3, 5)));
    }

    @ParameterizedTest
    @MethodSource("resizes")
    void masksGoTheWayOfTheirImages(Resize resize) {
        // Given: images whose pixels are the classes of their masks
        var random = new Random(9);
        var images = Stream.generate(() -> noise(random, 7, 9)).limit(20).toList();
        var masks = images.stream().map(i -> new Mask(7, 9, i.pixels())).toList();
        var batches =
                new Batches(ImageSet.of(images, Masks.of(masks)), preprocessor(resize), 20)
                        .augmented(new Augmentation(true, 2, 0.0));

        // When
        var batch = first(batches);

        // Then
        int padded = 0;
        int area = resize.height() * resize.width();
        for (int i = 0; i < 20; i++) {
            byte[] mask = ((Masks) batch.annotations().orElseThrow()).mask(i).classes();
            for (int p = 0; p < area; p++) {
                int pixel = (int) batch.images().values()[i * area + p];
                boolean isPadding = (mask[p] & 0xff) == Mask.IGNORE;
                assertThat(pixel).isEqualTo(isPadding ? PAD : mask[p] & 0xff);
                padded += isPadding ? 1 : 0;
            }
        }
        assertThat(padded > 0).isEqualTo(resize instanceof Resize.Letterbox);
    }

    @Test
    void aMaskForASmallerOutputIsIgnoredInThePadding() {
        // Given: 4x8 in 8x8, so that two rows of padding are above and below
        var mask = new Mask(4, 8, new byte[32]);
        var set = ImageSet.of(List.of(black(4, 8)), Masks.of(List.of(mask)));
        var resize = new Resize.Letterbox(List.of(8, 8), PAD);

        // When
        var batch = first(new Batches(set, preprocessor(resize), 1).withMasks(4, 4));

        // Then
        assertThat(((Masks) batch.annotations().orElseThrow()).mask(0).classes())
                .containsExactly(-1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1);
    }

    static Stream<Resize> doublings() {
        return Stream.of(
                new Resize.Letterbox(List.of(20, 24), PAD),
                new Resize.Letterbox(List.of(16, 30), PAD),
                new Resize.CenterCrop(16, List.of(14, 18)));
    }

    @ParameterizedTest
    @MethodSource("doublings")
    void boxesGoTheWayOfTheirImages(Resize resize) {
        // Given: white boxes on black images of 8x12, which become twice as large
        var boxes = List.of(new Box(2, 3, 2, 8, 5, false), new Box(1, 1, 3, 3, 7, true));
        var images = boxes.stream().map(box -> drawn(8, 12, box)).toList();
        var annotations = new Boxes(boxes.stream().map(box -> List.of(box)).toList());
        var set = ImageSet.of(images, annotations);

        // When
        var batch = first(new Batches(set, preprocessor(resize), 2));

        // Then
        var fitted = (Boxes) batch.annotations().orElseThrow();
        int area = resize.height() * resize.width();
        for (int i = 0; i < 2; i++) {
            var box = fitted.boxes().get(i).get(0);
            assertThat(box.label()).isEqualTo(boxes.get(batch.indices()[i]).label());
            for (int p = 0; p < area; p++) {
                int x = p % resize.width();
                int y = p / resize.width();
                boolean isInside = x >= box.x1() && x < box.x2() && y >= box.y1() && y < box.y2();
                assertThat(batch.images().values()[i * area + p] == 255).isEqualTo(isInside);
            }
        }
    }

    @Test
    void aBoxOutsideTheCropIsDroppedAndOneAcrossItsEdgeIsClipped() {
        // Given: the crop keeps columns 4 to 7
        var left = new Box(0, 0, 1, 3, 3, false);
        var across = new Box(1, 2, 1, 6, 3, false);
        Annotations boxes = new Boxes(List.of(List.of(left, across)));
        var set = ImageSet.of(List.of(black(4, 12)), boxes);

        // When
        var batch =
                first(new Batches(set, preprocessor(new Resize.CenterCrop(4, List.of(4, 4))), 1));

        // Then
        assertThat(((Boxes) batch.annotations().orElseThrow()).boxes().get(0))
                .containsExactly(new Box(1, 0, 1, 2, 3, false));
    }

    @Test
    void anImageSmallerThanTheCropIsRefused() {
        var input = preprocessor(new Resize.CenterCrop(8, List.of(8, 16)));
        var square = ImageSet.of(List.of(black(16, 32), black(20, 20)));

        assertThatThrownBy(() -> input.requireFits(square))
                .hasMessage(
                        "An image of 20x20 is 8x8 after the resize, smaller than the crop of"
                                + " 8x16.");
    }

    private static Batch first(Batches batches) {
        try (var epoch = batches.shuffled(3)) {
            return epoch.next();
        }
    }

    private static Image black(int height, int width) {
        return new Image(height, width, 1, new byte[height * width]);
    }

    private static Image noise(Random random, int height, int width) {
        var pixels = new byte[height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.nextInt(PAD);
        }
        return new Image(height, width, 1, pixels);
    }

    private static Image drawn(int height, int width, Box box) {
        var pixels = new byte[height * width];
        for (int y = (int) box.y1(); y < box.y2(); y++) {
            for (int x = (int) box.x1(); x < box.x2(); x++) {
                pixels[y * width + x] = (byte) 255;
            }
        }
        return new Image(height, width, 1, pixels);
    }

    private static Preprocessor preprocessor(Resize resize) {
        var spec =
                InputSpec.builder()
                        .resize(resize)
                        .interpolation(Interpolation.NEAREST)
                        .channels(Channels.GREY)
                        .build();
        return Preprocessor.of(
                spec,
                new GraphSignature.Port(
                        "in", TensorRef.of("in"), DT_FLOAT, List.of(-1L, -1L, -1L, 1L)));
    }
}
