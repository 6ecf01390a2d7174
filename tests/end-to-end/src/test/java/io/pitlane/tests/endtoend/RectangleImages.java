package io.pitlane.tests.endtoend;

import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Images of one bright rectangle each, and what there is to know about them: a mask (class 1 on the
 * rectangle, else 0), its box, where its middle is (-1 at the left edge, 1 at the right one), and
 * the half that the middle is in (class 0 left, 1 right).
 */
final class RectangleImages {
    private static final int BRIGHT = 200;

    private final Path folder;
    private final int width;
    private final int height;
    private final List<Rectangle> rectangles = new ArrayList<>();

    private RectangleImages(Path folder, int width, int height) {
        this.folder = folder;
        this.width = width;
        this.height = height;
    }

    /**
     * Draws images into {@code folder/images} and masks into {@code folder/masks}, and writes
     * {@code middles.csv}, {@code halves.csv} and {@code boxes.json} (COCO) into {@code folder}.
     */
    static RectangleImages draw(Path folder, int width, int height, int count) throws IOException {
        var drawn = new RectangleImages(folder, width, height);
        var random = new Random(count);
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("masks"));
        var middles = new ArrayList<>(List.of("file,middle"));
        var halves = new ArrayList<>(List.of("file,label"));
        for (int i = 0; i < count; i++) {
            var rectangle = drawn.rectangle(random);
            drawn.rectangles.add(rectangle);
            drawn.write("images", i, drawn.image(rectangle, random));
            drawn.write("masks", i, drawn.mask(rectangle));
            middles.add(name(i) + "," + drawn.middle(i));
            halves.add(name(i) + "," + (drawn.middle(i) < 0 ? 0 : 1));
        }
        Files.write(folder.resolve("middles.csv"), middles);
        Files.write(folder.resolve("halves.csv"), halves);
        Files.writeString(folder.resolve("boxes.json"), drawn.coco());
        return drawn;
    }

    private String coco() {
        var images = new ArrayList<String>();
        var boxes = new ArrayList<String>();
        for (int i = 0; i < count(); i++) {
            var box = rectangles.get(i);
            images.add("{\"id\": %d, \"file_name\": \"%s\"}".formatted(i, name(i)));
            boxes.add(
                    "{\"id\": %1$d, \"image_id\": %1$d, \"category_id\": 1, \"bbox\": [%2$d, %3$d, %4$d, %5$d]}"
                            .formatted(i, box.x, box.y, box.width, box.height));
        }
        return "{\"images\": %s, \"annotations\": %s, \"categories\": [{\"id\": 1, \"name\": \"rectangle\"}]}"
                .formatted(images, boxes);
    }

    private static String name(int index) {
        return "%04d.png".formatted(index);
    }

    private void write(String kind, int index, BufferedImage image) throws IOException {
        ImageIO.write(image, "png", folder.resolve(kind).resolve(name(index)).toFile());
    }

    private Rectangle rectangle(Random random) {
        int w = width / 4 + random.nextInt(width / 4);
        int h = height / 4 + random.nextInt(height / 4);
        return new Rectangle(random.nextInt(width - w), random.nextInt(height - h), w, h);
    }

    private BufferedImage image(Rectangle rectangle, Random random) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int base = rectangle.contains(x, y) ? BRIGHT : 0;
                int value = base + random.nextInt(255 - BRIGHT);
                image.setRGB(x, y, new Color(value, value, value / 2).getRGB());
            }
        }
        return image;
    }

    private BufferedImage mask(Rectangle rectangle) {
        var mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                mask.getRaster().setSample(x, y, 0, classAt(rectangle, x, y));
            }
        }
        return mask;
    }

    private static int classAt(Rectangle rectangle, int x, int y) {
        return rectangle.contains(x, y) ? 1 : 0;
    }

    int count() {
        return rectangles.size();
    }

    /** The class of a pixel. */
    int classAt(int index, int x, int y) {
        return classAt(rectangles.get(index), x, y);
    }

    /** Where the rectangle's middle is, -1..1. */
    float middle(int index) {
        return (float) (2 * rectangles.get(index).getCenterX() / width - 1);
    }

    /** An image as models take it: rows of pixels of red, green and blue, 0..1. */
    float[][][] pixels(int index) throws IOException {
        var image = ImageIO.read(folder.resolve("images").resolve(name(index)).toFile());
        var pixels = new float[height][width][3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                new Color(image.getRGB(x, y)).getRGBColorComponents(pixels[y][x]);
            }
        }
        return pixels;
    }
}
