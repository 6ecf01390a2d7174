package io.pitlane.data.decoding;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Image;
import io.pitlane.data.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One file per image, read on demand. */
public record ImageFiles(List<Path> files) implements ImageStore {
    private static final long MAX_FILE_BYTES = 512L << 20;

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public Image sample(int i) {
        return ImageDecoder.image(read(files.get(i)), name(i));
    }

    @Override
    public String name(int i) {
        return files.get(i).toString();
    }

    /** Reads an image file. */
    public static byte[] read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IOException("larger than " + (MAX_FILE_BYTES >> 20) + " MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw invalidInput(
                            "The image %s cannot be read (%s).".formatted(file, e.getMessage()),
                            "Replace or remove the file.")
                    .causedBy(e);
        }
    }
}
