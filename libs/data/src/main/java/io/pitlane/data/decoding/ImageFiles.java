package io.pitlane.data.decoding;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Image;
import io.pitlane.data.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images in files of their own, read when they are asked for. */
public record ImageFiles(List<Path> files) implements ImageStore {
    private static final long LARGEST_FILE = 512L << 20;

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public Image image(int i) {
        return ImageDecoder.image(read(files.get(i)), name(i));
    }

    @Override
    public String name(int i) {
        return files.get(i).toString();
    }

    /** The bytes of an image file. */
    public static byte[] read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException("larger than " + (LARGEST_FILE >> 20) + " MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw invalidInput(
                    "The image %s cannot be read (%s).".formatted(file, e.getMessage()),
                    "Replace or remove the file.");
        }
    }
}
