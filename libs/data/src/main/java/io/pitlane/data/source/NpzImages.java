package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.NpzSource.Keys;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Annotations;
import io.pitlane.data.ClassNames;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.ImageStore;
import io.pitlane.data.Mask;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads images or float arrays and annotations from a NumPy .npz file, a zip of .npy arrays. */
final class NpzImages implements AutoCloseable {
    // Deflate compresses by at most this ratio: a header that promises more is wrong.
    private static final long LARGEST_RATIO = 1032;

    private static final int SHARE_OF_HEAP = 3;

    private final Path file;
    private final ZipFile zip;

    private NpzImages(Path file) {
        this.file = file;
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException e) {
            throw invalidInput(
                            "The file %s cannot be read as .npz (%s)."
                                    .formatted(file, e.getMessage()),
                            "Name a file written by numpy.savez or numpy.savez_compressed.")
                    .causedBy(e);
        }
    }

    /** Reads the arrays that the keys name, or those of the default names. */
    static ImageSet read(Path file, Keys keys) {
        try (var npz = new NpzImages(file)) {
            var images = npz.images(npz.named(keys.images(), "images", "x"));
            var annotations = npz.annotations(keys);
            annotations.ifPresent(all -> npz.requireOneEach(images.size(), all));
            return ImageSet.of(images, annotations, ClassNames.NONE);
        }
    }

    private String named(String key, String... usual) {
        var wanted = key == null ? List.of(usual) : List.of(key);
        return wanted.stream()
                .filter(this::has)
                .findFirst()
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "The file %s has no array '%s', but %s."
                                                .formatted(
                                                        file,
                                                        String.join("' or '", wanted),
                                                        arrays()),
                                        "Name the array in keys under data in the plan."));
    }

    private boolean has(String key) {
        return zip.getEntry(key + ".npy") != null;
    }

    private List<String> arrays() {
        return zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".npy"))
                .map(name -> name.substring(0, name.length() - 4))
                .toList();
    }

    private Optional<Annotations> annotations(Keys keys) {
        if (keys.labels() != null) {
            return Optional.of(classes(named(keys.labels())));
        } else if (keys.masks() != null) {
            return Optional.of(masks(named(keys.masks())));
        } else if (keys.targets() != null) {
            return Optional.of(values(named(keys.targets())));
        } else if (has("labels") || has("y")) {
            return Optional.of(classes(named(null, "labels", "y")));
        } else if (has("masks")) {
            return Optional.of(masks("masks"));
        }
        return has("targets") ? Optional.of(values("targets")) : Optional.empty();
    }

    private ImageStore images(String key) {
        var array = array(key);
        int[] shape = array.shape();
        if (array.isFloat() && shape.length > 1 && array.values() >= array.count()) {
            return new NpzArrays(array, "The array '%s' in %s".formatted(key, file));
        }
        int channels = shape.length == 4 ? shape[3] : 1;
        if (!array.isBytes() || shape.length < 3 || channels != 1 && channels != 3) {
            throw wrong(
                    key,
                    "holds %s %s, not images".formatted(array.type(), array.shapeText()),
                    "Images are uint8 [N, H, W] or [N, H, W, C] with 1 or 3 channels, 0..255;"
                            + " anything else is float32 [N, ...].");
        }
        return ImageStore.of(
                items(array).stream()
                        .map(pixels -> new Image(shape[1], shape[2], channels, pixels))
                        .toList());
    }

    private Annotations classes(String key) {
        var array = array(key);
        boolean vector = array.values() == array.count() && array.shape().length > 0;
        if (!array.isWhole() || !vector) {
            throw wrong(
                    key,
                    "holds %s %s, not labels".formatted(array.type(), array.shapeText()),
                    "Labels are integers [N]; name masks or values for regression as keys.masks or"
                            + " keys.targets.");
        }
        int[] labels = new int[array.count()];
        for (int i = 0; i < labels.length; i++) {
            double label = array.value(i);
            if (label < 0 || label > Integer.MAX_VALUE) {
                throw wrong(
                        key,
                        "holds %.0f as the label of image %d".formatted(label, i),
                        "Labels are the model's classes, from 0.");
            }
            labels[i] = (int) label;
        }
        return new Annotations.Classes(labels);
    }

    private Annotations masks(String key) {
        var array = array(key);
        int[] shape = array.shape();
        boolean flat = shape.length == 3 || shape.length == 4 && shape[3] == 1;
        if (!array.isBytes() || !flat) {
            throw wrong(
                    key,
                    "holds %s %s, not masks".formatted(array.type(), array.shapeText()),
                    "Masks are uint8 [N, H, W], a class index a pixel.");
        }
        return Annotations.Masks.of(
                items(array).stream().map(m -> new Mask(shape[1], shape[2], m)).toList());
    }

    private Annotations values(String key) {
        var array = array(key);
        if (array.shape().length < 1 || array.shape().length > 2) {
            throw wrong(
                    key,
                    "holds an array of " + array.shapeText() + ", not values for regression",
                    "Values are numbers [N] or [N, K].");
        }
        int width = array.count() == 0 ? 0 : array.values() / array.count();
        var values = new float[array.count()][width];
        for (int i = 0; i < array.values(); i++) {
            values[i / width][i % width] = (float) array.value(i);
            if (!Float.isFinite(values[i / width][i % width])) {
                throw wrong(
                        key,
                        "holds " + array.value(i) + " for image " + i / width,
                        "Values are finite numbers.");
            }
        }
        return new Annotations.Values(values);
    }

    private static List<byte[]> items(NpyArray array) {
        int length = array.count() == 0 ? 0 : array.data().length / array.count();
        return IntStream.range(0, array.count())
                .mapToObj(i -> Arrays.copyOfRange(array.data(), i * length, (i + 1) * length))
                .toList();
    }

    private NpyArray array(String key) {
        var entry = zip.getEntry(key + ".npy");
        try (var in = new DataInputStream(new BufferedInputStream(zip.getInputStream(entry)))) {
            var array = NpyArray.read(in, bytes -> requirePossible(bytes, entry));
            if (in.read() >= 0) {
                throw new IOException("it is longer than its header says");
            }
            return array;
        } catch (EOFException e) {
            throw unreadable(key, "it ends before the values that its header promises").causedBy(e);
        } catch (IOException | ArithmeticException e) {
            throw unreadable(key, e.getMessage()).causedBy(e);
        }
    }

    private FailureException unreadable(String key, String why) {
        return wrong(key, "cannot be read (" + why + ")", "Write the file again with NumPy.");
    }

    private static void requirePossible(long bytes, ZipEntry entry) throws IOException {
        boolean stored = entry.getMethod() == ZipEntry.STORED;
        if (bytes / (stored ? 1 : LARGEST_RATIO) > entry.getCompressedSize()) {
            throw new IOException("its header promises more bytes than it can hold");
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (bytes > heap / SHARE_OF_HEAP) {
            throw new IOException(
                    "its %d MiB are too much for %d MiB of memory; store the images as files or TFRecord"
                            .formatted(bytes >> 20, heap >> 20));
        }
    }

    private void requireOneEach(int images, Annotations annotations) {
        if (annotations.size() != images) {
            throw invalidInput(
                    "The file %s holds %d %s for %d images."
                            .formatted(file, annotations.size(), annotations.kind(), images),
                    "Name the array that belongs to the images in keys under data in the plan.");
        }
    }

    private FailureException wrong(String key, String what, String action) {
        return invalidInput("The array '%s' in %s %s.".formatted(key, file, what), action);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot close " + file, e);
        }
    }
}
