package io.pitlane.tests.techniques.benchmark;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.data.Box;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.NpzFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Grey images {@code [N, 48, 48]} of one or more items of Fashion-MNIST at random places before a
 * noisy background. What is to be learned follows from how a scene was composed: the class of each
 * pixel, and where the item is.
 */
final class Scenes {
    static final int SIDE = 48;

    /** The background is class 0; an item has the class of its kind. */
    static final int CLASSES = 5;

    /** Class of a pixel by the label of its item: tops 1, trousers 2, shoes 3, bags 4. */
    private static final int[] CLASS_OF_LABEL = {1, 2, 1, 1, 1, 3, 1, 3, 4, 3};

    private static final int ITEM = 28;
    private static final int DARKEST_ITEM = 32;
    private static final int BRIGHTEST_BACKGROUND = 64;

    private final ImageSet items;
    private final int[] labels;
    private final int count;
    private final Random random;
    private final byte[] pixels;
    private final byte[] masks;
    private final float[] middles;
    private final List<List<Box>> boxes = new ArrayList<>();

    private Scenes(ImageSet items, int itemsEach, int count, long seed) {
        this.items = items;
        this.labels = items.labels().orElseThrow();
        this.count = count;
        this.random = new Random(seed);
        this.pixels = new byte[count * SIDE * SIDE];
        this.masks = new byte[count * SIDE * SIDE];
        this.middles = new float[2 * count];
        random.nextBytes(pixels);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.floorMod(pixels[i], BRIGHTEST_BACKGROUND);
        }
        for (int scene = 0; scene < count; scene++) {
            boxes.add(new ArrayList<>());
            for (int item = 0; item < itemsEach; item++) {
                place(scene, random.nextInt(items.size()));
            }
        }
    }

    /**
     * @param items images of 28 x 28 with their labels
     * @param itemsEach items in one scene; the later ones hide the earlier ones
     * @param count number of scenes
     */
    static Scenes compose(ImageSet items, int itemsEach, int count, long seed) {
        return new Scenes(items, itemsEach, count, seed);
    }

    private void place(int scene, int item) {
        int top = random.nextInt(SIDE - ITEM + 1);
        int left = random.nextInt(SIDE - ITEM + 1);
        var image = items.image(item).pixels();
        double rows = 0;
        double columns = 0;
        int covered = 0;
        var area = new int[] {SIDE, SIDE, 0, 0};
        for (int p = 0; p < image.length; p++) {
            if (Byte.toUnsignedInt(image[p]) >= DARKEST_ITEM) {
                int row = top + p / ITEM;
                int column = left + p % ITEM;
                int at = (scene * SIDE + row) * SIDE + column;
                pixels[at] = image[p];
                masks[at] = (byte) CLASS_OF_LABEL[labels[item]];
                rows += row;
                columns += column;
                covered++;
                area[0] = Math.min(area[0], column);
                area[1] = Math.min(area[1], row);
                area[2] = Math.max(area[2], column + 1);
                area[3] = Math.max(area[3], row + 1);
            }
        }
        int label = CLASS_OF_LABEL[labels[item]] - 1;
        boxes.get(scene).add(new Box(label, area[0], area[1], area[2], area[3], false));
        middles[2 * scene] = position(columns / covered);
        middles[2 * scene + 1] = position(rows / covered);
    }

    /** -1 at the first row or column, 1 at the last. */
    private static float position(double pixel) {
        return (float) (2 * pixel / (SIDE - 1) - 1);
    }

    /** The images. */
    List<Image> images() {
        return IntStream.range(0, count)
                .mapToObj(i -> Arrays.copyOfRange(pixels, i * SIDE * SIDE, (i + 1) * SIDE * SIDE))
                .map(image -> new Image(SIDE, SIDE, 1, image))
                .toList();
    }

    /** The items of every scene; the class of an item is one lower than that of its pixels. */
    List<List<Box>> boxes() {
        return boxes;
    }

    /** Writes PNG files, and {@code boxes.json} in the format of COCO. */
    void writeBoxes(Path folder) throws IOException {
        Files.createDirectories(folder);
        var images = images();
        var files = new ArrayList<Map<String, Object>>();
        var items = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < count; i++) {
            var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            image.getRaster().setDataElements(0, 0, SIDE, SIDE, images.get(i).pixels());
            ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
            files.add(Map.of("id", i, "file_name", i + ".png"));
            for (var box : boxes.get(i)) {
                var edges = List.of(box.x1(), box.y1(), box.x2() - box.x1(), box.y2() - box.y1());
                items.add(
                        Map.of(
                                "id",
                                items.size(),
                                "image_id",
                                i,
                                "category_id",
                                box.label(),
                                "bbox",
                                edges));
            }
        }
        var categories =
                IntStream.range(0, CLASSES - 1)
                        .mapToObj(id -> Map.of("id", id, "name", "class " + id))
                        .toList();
        ContractJson.MAPPER.writeValue(
                folder.resolve("boxes.json").toFile(),
                Map.of("images", files, "annotations", items, "categories", categories));
    }

    /** Writes {@code images} and {@code masks}, the class of each pixel. */
    void writeMasks(Path npz) throws IOException {
        var shape = "%d, %d, %d".formatted(count, SIDE, SIDE);
        NpzFiles.write(
                npz,
                new NpzFiles.Array("images", "|u1", shape, pixels),
                new NpzFiles.Array("masks", "|u1", shape, masks));
    }

    /**
     * Writes {@code images} and {@code targets}: column and row of the last item's centre of area,
     * -1..1 each.
     */
    void writeMiddles(Path npz) throws IOException {
        NpzFiles.write(
                npz,
                new NpzFiles.Array(
                        "images", "|u1", "%d, %d, %d".formatted(count, SIDE, SIDE), pixels),
                NpzFiles.Array.floats("targets", middles, "%d, 2".formatted(count)));
    }
}
