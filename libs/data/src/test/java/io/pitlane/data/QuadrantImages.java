package io.pitlane.data;

import io.pitlane.contract.data.DataSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Grey 8x8 images of noise in which one quadrant is brighter: four classes, easy to learn. */
public final class QuadrantImages {
    private static final int SIDE = 8;
    private static final int IMAGES = 0x0803;
    private static final int LABELS = 0x0801;

    private QuadrantImages() {}

    /** Writes images and labels in the idx format. */
    public static DataSource write(Path folder, String name, int count, long seed)
            throws IOException {
        var random = new Random(seed);
        var images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
        images.putInt(IMAGES).putInt(count).putInt(SIDE).putInt(SIDE);
        var labels = ByteBuffer.allocate(8 + count).putInt(LABELS).putInt(count);
        for (int i = 0; i < count; i++) {
            int label = i % 4;
            labels.put((byte) label);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                int quadrant = pixel / SIDE / (SIDE / 2) * 2 + pixel % SIDE / (SIDE / 2);
                int bright = quadrant == label ? 60 : 0;
                images.put((byte) (random.nextInt(180) + bright));
            }
        }
        Files.write(folder.resolve(name + "-images"), images.array());
        Files.write(folder.resolve(name + "-labels"), labels.array());
        return new DataSource.Idx(name + "-images", name + "-labels");
    }
}
