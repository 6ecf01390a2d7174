package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.data.TfRecordSource.Keys;
import io.pitlane.contract.data.TfRecordSource.Kind;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
import io.pitlane.data.Mask;
import io.pitlane.data.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.Feature;

/**
 * Collects the annotations of tf.Examples. Their kind is that of the plan; by default it is
 * inferred from the features: values if the plan names them, else boxes, masks, or classes.
 */
final class ExampleAnnotations {
    private final TfRecordSource source;
    private final Keys keys;
    private final List<Entry> entries = new ArrayList<>();

    /** The small features of a record, and the image size if it has boxes. */
    private record Entry(ExampleFeatures features, boolean mask, Size size) {}

    ExampleAnnotations(TfRecordSource source) {
        this.source = source;
        this.keys = source.keys();
    }

    /** Adds a record. */
    void add(ExampleFeatures record, Supplier<Size> size) {
        boolean boxes = record.has(keys.xmin());
        entries.add(
                new Entry(
                        new ExampleFeatures(record.name(), needed(record.features())),
                        record.has(keys.mask()),
                        boxes ? size.get() : null));
    }

    // Without image and mask: the features of all records are kept in memory.
    private Map<String, Feature> needed(Map<String, Feature> features) {
        var wanted =
                Stream.concat(
                                Stream.of(
                                        keys.label(),
                                        keys.xmin(),
                                        keys.ymin(),
                                        keys.xmax(),
                                        keys.ymax(),
                                        keys.boxLabel(),
                                        keys.difficult()),
                                keys.values() == null ? Stream.empty() : keys.values().stream())
                        .collect(Collectors.toSet());
        return features.entrySet().stream()
                .filter(feature -> wanted.contains(feature.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * The annotations of all records; empty if they have none.
     *
     * @param masks reads the mask of a record
     */
    Optional<Annotations> all(IntFunction<Mask> masks) {
        return switch (source.annotations() == null ? found() : source.annotations()) {
            case NONE -> Optional.empty();
            case CLASSES -> Optional.of(classes());
            case MASKS -> Optional.of(Annotations.Masks.inFiles(withMask(), masks));
            case VALUES -> Optional.of(values());
            case BOXES -> Optional.of(boxes());
        };
    }

    private Kind found() {
        if (keys.values() != null) {
            return Kind.VALUES;
        } else if (any(keys.boxLabel())) {
            return Kind.BOXES;
        } else if (entries.stream().anyMatch(Entry::mask)) {
            return Kind.MASKS;
        }
        return any(keys.label()) ? Kind.CLASSES : Kind.NONE;
    }

    private boolean any(String key) {
        return entries.stream().anyMatch(entry -> entry.features().has(key));
    }

    private Annotations classes() {
        return new Annotations.Classes(
                entries.stream()
                        .map(Entry::features)
                        .mapToInt(
                                features -> {
                                    if (!features.has(keys.label())) {
                                        throw missing(features, keys.label());
                                    }
                                    return classOf(
                                            features, keys.label(), features.number(keys.label()));
                                })
                        .toArray());
    }

    private int classOf(ExampleFeatures features, String key, long label) {
        long index = label - source.firstClass();
        if (index < 0 || index > 1 << 20) {
            throw features.wrong(
                    key,
                    "holds the label %d, but the first class is %d"
                            .formatted(label, source.firstClass()));
        }
        return (int) index;
    }

    private int withMask() {
        for (var entry : entries) {
            if (!entry.mask()) {
                throw missing(entry.features(), keys.mask());
            }
        }
        return entries.size();
    }

    private Annotations values() {
        var values = new float[entries.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = values(entries.get(i).features());
            if (values[i].length != values[0].length) {
                throw invalidInput(
                        "The %s has %d values, the first record %d."
                                .formatted(
                                        entries.get(i).features().name(),
                                        values[i].length,
                                        values[0].length),
                        "Give every image the same number of values.");
            }
        }
        return new Annotations.Values(values);
    }

    private float[] values(ExampleFeatures features) {
        var all = new ArrayList<Float>();
        for (var key : keys.values()) {
            if (!features.has(key)) {
                throw missing(features, key);
            }
            for (float value : features.floats(key)) {
                all.add(value);
            }
        }
        var values = new float[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = all.get(i);
        }
        return values;
    }

    private Annotations boxes() {
        return new Annotations.Boxes(
                entries.stream().map(entry -> boxes(entry.features(), entry.size())).toList());
    }

    private List<Box> boxes(ExampleFeatures features, Size size) {
        long[] labels = features.numbers(keys.boxLabel());
        float[] x1 = edges(features, keys.xmin(), labels.length);
        float[] y1 = edges(features, keys.ymin(), labels.length);
        float[] x2 = edges(features, keys.xmax(), labels.length);
        float[] y2 = edges(features, keys.ymax(), labels.length);
        long[] difficult = features.numbers(keys.difficult());
        var boxes = new ArrayList<Box>();
        for (int i = 0; i < labels.length; i++) {
            var box =
                    new Box(
                            classOf(features, keys.boxLabel(), labels[i]),
                            x1[i],
                            y1[i],
                            x2[i],
                            y2[i],
                            i < difficult.length && difficult[i] != 0);
            if (box.x2() > box.x1() && box.y2() > box.y1()) {
                boxes.add(box.scaled(size.width(), size.height()));
            }
        }
        return boxes;
    }

    private static float[] edges(ExampleFeatures features, String key, int boxes) {
        float[] edges = features.floats(key);
        if (edges.length != boxes) {
            throw features.wrong(key, "holds %d edges of %d boxes".formatted(edges.length, boxes));
        }
        for (float edge : edges) {
            if (Math.abs(edge) > 2) {
                throw features.wrong(
                        key, "holds " + edge + ", but edges are shares of the image's side, 0..1");
            }
        }
        return edges;
    }

    private static RuntimeException missing(ExampleFeatures features, String key) {
        return invalidInput(
                "The %s has no feature '%s'.".formatted(features.name(), key),
                "Give every record one, or name another feature in keys under data in the plan.");
    }
}
