package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.data.TfRecordSource.Keys;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.CachedImages;
import io.pitlane.data.ClassNames;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.ImageStore;
import io.pitlane.data.Mask;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.Size;
import io.pitlane.data.decoding.ImageDecoder;
import io.pitlane.data.decoding.ImageFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Reads images from TFRecord files of tf.Example, on demand. */
final class TfRecordImages implements ImageStore {
    private final Keys keys;
    private final List<NamedRecord> records;

    /** A record and its name for messages. */
    private record NamedRecord(TfRecordFile.RecordBytes stored, String name) {
        ExampleFeatures features() {
            return ExampleFeatures.parse(stored.bytes(), name);
        }
    }

    private TfRecordImages(Keys keys, List<NamedRecord> records) {
        this.keys = keys;
        this.records = List.copyOf(records);
    }

    /**
     * Reads the annotations of every record. Images of plain files are read on demand; records of
     * gzip files are kept in memory.
     */
    static ImageSet open(TfRecordSource source, Path root) {
        var keys = source.keys();
        var records = new ArrayList<NamedRecord>();
        var annotations = new ExampleAnnotations(source);
        long most = MemoryBudget.ofProcess().records();
        var memoryLeft = new AtomicLong(most);
        for (var file : TfRecordFile.files(root, source.tfrecord())) {
            new TfRecordFile(file, memoryLeft)
                    .read(
                            (bytes, stored, name) -> {
                                var features = ExampleFeatures.parse(bytes, name);
                                annotations.add(features, () -> size(features, keys));
                                records.add(new NamedRecord(stored, name));
                            });
        }
        var images = new TfRecordImages(keys, records);
        return ImageSet.of(
                CachedImages.withinBudget(images, most - memoryLeft.get()),
                annotations.all(images::mask),
                ClassNames.NONE);
    }

    @Override
    public int size() {
        return records.size();
    }

    @Override
    public Image sample(int i) {
        var features = records.get(i).features();
        byte[] bytes = features.bytes(keys.image());
        return isRaw(features, bytes, keys)
                ? raw(features, bytes)
                : ImageDecoder.image(bytes, "in " + features.name());
    }

    @Override
    public String name(int i) {
        return records.get(i).name();
    }

    private Mask mask(int i) {
        var features = records.get(i).features();
        return ImageDecoder.mask(features.bytes(keys.mask()), "in " + features.name());
    }

    private static Size size(ExampleFeatures features, Keys keys) {
        byte[] bytes = features.bytes(keys.image());
        return isRaw(features, bytes, keys)
                ? new Size(length(features, keys.height()), length(features, keys.width()))
                : ImageDecoder.size(bytes, "in " + features.name());
    }

    /**
     * Whether the bytes are pixels, as the format feature says. Without one, bytes are pixels if
     * they have no image signature, or have the length of the pixels and cannot be decoded.
     */
    private static boolean isRaw(ExampleFeatures features, byte[] bytes, Keys keys) {
        Optional<String> format = features.text(keys.format()).filter(text -> !text.isBlank());
        if (format.isPresent()) {
            return format.get().equalsIgnoreCase("raw");
        }
        if (ImageFormat.of(bytes).isEmpty()) {
            return true;
        }
        return hasLengthOfPixels(features, bytes, keys) && !isReadable(bytes);
    }

    private static boolean hasLengthOfPixels(ExampleFeatures features, byte[] bytes, Keys keys) {
        return features.has(keys.height())
                && features.has(keys.width())
                && bytes.length
                        == (long) length(features, keys.height())
                                * length(features, keys.width())
                                * channels(features, keys);
    }

    private static boolean isReadable(byte[] bytes) {
        try {
            ImageDecoder.image(bytes, "");
            return true;
        } catch (FailureException e) {
            return false;
        }
    }

    private static int channels(ExampleFeatures features, Keys keys) {
        return features.has(keys.channels()) ? length(features, keys.channels()) : 3;
    }

    private Image raw(ExampleFeatures features, byte[] bytes) {
        if (!features.has(keys.height()) || !features.has(keys.width())) {
            throw invalidInput(
                    "The feature '%s' in %s is neither an encoded image nor pixels of a known size."
                            .formatted(keys.image(), features.name()),
                    "Give pixels their %s, %s and %s."
                            .formatted(keys.height(), keys.width(), keys.channels()));
        }
        int height = length(features, keys.height());
        int width = length(features, keys.width());
        int channels = channels(features, keys);
        if (channels != 1 && channels != 3 || (long) height * width * channels != bytes.length) {
            throw features.wrong(
                    keys.image(),
                    "holds %d bytes, which are no uint8 pixels of %dx%d with %d channels"
                            .formatted(bytes.length, height, width, channels));
        }
        return new Image(height, width, channels, bytes);
    }

    private static int length(ExampleFeatures features, String key) {
        long length = features.number(key);
        if (length < 1 || length > 1 << 16) {
            throw features.wrong(key, "is " + length);
        }
        return (int) length;
    }
}
