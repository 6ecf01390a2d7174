package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads images in the CIFAR-10 binary format: a label byte, then 32x32 red, green and blue planes.
 */
final class Cifar10Images {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int CHANNELS = 3;
    private static final int RECORD = 1 + PLANE * CHANNELS;

    private Cifar10Images() {}

    /** Reads one .bin file, or all .bin files of a folder, sorted by name. */
    static ImageSet read(Path path) {
        var images = new ArrayList<Image>();
        var labels = new ArrayList<Integer>();
        for (var file : files(path)) {
            readFile(file, images, labels);
        }
        return ImageSet.of(images, labels.stream().mapToInt(i -> i).toArray());
    }

    private static List<Path> files(Path path) {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try (var entries = Files.list(path)) {
            return entries.filter(file -> file.getFileName().toString().endsWith(".bin"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw invalidInput(
                            "There is no file or folder " + path + ".",
                            "Check the path under data in the plan.")
                    .causedBy(e);
        }
    }

    private static void readFile(Path file, List<Image> images, List<Integer> labels) {
        try (var in = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size % RECORD != 0) {
                throw invalidInput(
                        "The file %s has %d bytes, which is no multiple of CIFAR-10's %d."
                                .formatted(file, size, RECORD),
                        "Name a .bin file of the CIFAR-10 binary version.");
            }
            for (long left = size; left > 0; left -= RECORD) {
                byte[] entry = in.readNBytes(RECORD);
                labels.add(entry[0] & 0xff);
                images.add(new Image(SIDE, SIDE, CHANNELS, interleave(entry)));
            }
        } catch (IOException e) {
            throw invalidInput(
                            "The file %s cannot be read (%s).".formatted(file, e.getMessage()),
                            "Get a sound copy of the file.")
                    .causedBy(e);
        }
    }

    private static byte[] interleave(byte[] entry) {
        var pixels = new byte[PLANE * CHANNELS];
        for (int i = 0; i < PLANE; i++) {
            for (int c = 0; c < CHANNELS; c++) {
                pixels[i * CHANNELS + c] = entry[1 + c * PLANE + i];
            }
        }
        return pixels;
    }
}
