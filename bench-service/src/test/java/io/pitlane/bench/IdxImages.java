package io.pitlane.bench;

import io.pitlane.contract.data.DataSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Random colour images in the idx format.
 *
 * @param pixels uint8 {@code [count, size, size, 3]}
 * @param count images
 * @param size rows and columns
 */
record IdxImages(byte[] pixels, int count, int size) {

    static IdxImages random(int count, int size, long seed) {
        // Each image has its own mean colour; pure noise would make all images alike.
        var random = new Random(seed);
        var pixels = new byte[count * size * size * 3];
        for (int image = 0; image < count; image++) {
            int[] colour = {random.nextInt(156), random.nextInt(156), random.nextInt(156)};
            for (int i = 0; i < size * size * 3; i++) {
                pixels[image * size * size * 3 + i] = (byte) (colour[i % 3] + random.nextInt(100));
            }
        }
        return new IdxImages(pixels, count, size);
    }

    /** The images as a model's raw input 0..255. */
    float[] floats() {
        var floats = new float[pixels.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = pixels[i] & 0xff;
        }
        return floats;
    }

    /** Writes images and, if given, labels into a folder; returns them as a plan's data source. */
    DataSource write(Path root, String name, int[] labels) throws IOException {
        Files.createDirectories(root);
        var images = ByteBuffer.allocate(20 + pixels.length);
        images.putInt(0x00000804).putInt(count).putInt(size).putInt(size).putInt(3).put(pixels);
        Files.write(root.resolve(name + "-images"), images.array());
        if (labels == null) {
            return new DataSource.Idx(name + "-images", null);
        }
        var classes = ByteBuffer.allocate(8 + labels.length).putInt(0x00000801).putInt(count);
        for (int label : labels) {
            classes.put((byte) label);
        }
        Files.write(root.resolve(name + "-labels"), classes.array());
        return new DataSource.Idx(name + "-images", name + "-labels");
    }
}
