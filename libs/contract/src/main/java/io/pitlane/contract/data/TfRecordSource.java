package io.pitlane.contract.data;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * TFRecord files of tf.Example, gzip or plain.
 *
 * @param tfrecord one or more files, folders (every file in them whose name holds {@code tfrecord})
 *     or patterns ({@code train-*}); read in this order, names in order inside each
 * @param annotations what is read with the images; null for what the first record has
 * @param keys names of the features
 * @param firstClass the number that stands for the first class, 0 or 1 as a rule
 */
public record TfRecordSource(
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> tfrecord,
        Kind annotations,
        Keys keys,
        Integer firstClass)
        implements DataSource {

    /** What is read with the images. */
    public enum Kind {
        @JsonProperty("none")
        NONE,
        @JsonProperty("classes")
        CLASSES,
        @JsonProperty("masks")
        MASKS,
        @JsonProperty("values")
        VALUES,
        @JsonProperty("boxes")
        BOXES
    }

    /**
     * Names of features; what is left out has TensorFlow's usual name.
     *
     * @param image bytes of an encoded image, or its pixels uint8 row by row
     * @param format {@code jpeg}, {@code png}, ... or {@code raw} for pixels; may be absent
     * @param height rows, for pixels
     * @param width columns, for pixels
     * @param channels 1 or 3, for pixels
     * @param label the class
     * @param mask bytes of an encoded PNG of class indices
     * @param values features of one or more numbers each, for regression; no default
     * @param xmin left edges, 0..1 of the width
     * @param ymin upper edges, 0..1 of the height
     * @param xmax right edges, 0..1 of the width
     * @param ymax lower edges, 0..1 of the height
     * @param boxLabel classes of the boxes
     * @param difficult 1 where a box counts neither way; may be absent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Keys(
            String image,
            String format,
            String height,
            String width,
            String channels,
            String label,
            String mask,
            List<String> values,
            String xmin,
            String ymin,
            String xmax,
            String ymax,
            String boxLabel,
            String difficult) {

        public static final Keys DEFAULT = builder().build();

        public Keys {
            image = or(image, "image/encoded");
            format = or(format, "image/format");
            height = or(height, "image/height");
            width = or(width, "image/width");
            channels = or(channels, "image/channels");
            label = or(label, "image/class/label");
            mask = or(mask, "image/segmentation/class/encoded");
            values = values == null ? null : List.copyOf(values);
            xmin = or(xmin, "image/object/bbox/xmin");
            ymin = or(ymin, "image/object/bbox/ymin");
            xmax = or(xmax, "image/object/bbox/xmax");
            ymax = or(ymax, "image/object/bbox/ymax");
            boxLabel = or(boxLabel, "image/object/class/label");
            difficult = or(difficult, "image/object/difficult");
        }

        private static String or(String written, String usual) {
            return written == null ? usual : written;
        }

        /** Names with TensorFlow's usual one for everything that is not set. */
        public static Builder builder() {
            return new Builder();
        }

        /** Sets names by name. */
        public static final class Builder {
            private String image;
            private String format;
            private String height;
            private String width;
            private String channels;
            private String label;
            private String mask;
            private List<String> values;
            private String xmin;
            private String ymin;
            private String xmax;
            private String ymax;
            private String boxLabel;
            private String difficult;

            private Builder() {}

            public Builder image(String value) {
                this.image = value;
                return this;
            }

            public Builder format(String value) {
                this.format = value;
                return this;
            }

            public Builder height(String value) {
                this.height = value;
                return this;
            }

            public Builder width(String value) {
                this.width = value;
                return this;
            }

            public Builder channels(String value) {
                this.channels = value;
                return this;
            }

            public Builder label(String value) {
                this.label = value;
                return this;
            }

            public Builder mask(String value) {
                this.mask = value;
                return this;
            }

            public Builder values(List<String> value) {
                this.values = value;
                return this;
            }

            public Builder xmin(String value) {
                this.xmin = value;
                return this;
            }

            public Builder ymin(String value) {
                this.ymin = value;
                return this;
            }

            public Builder xmax(String value) {
                this.xmax = value;
                return this;
            }

            public Builder ymax(String value) {
                this.ymax = value;
                return this;
            }

            public Builder boxLabel(String value) {
                this.boxLabel = value;
                return this;
            }

            public Builder difficult(String value) {
                this.difficult = value;
                return this;
            }

            public Keys build() {
                return new Keys(
                        image, format, height, width, channels, label, mask, values, xmin, ymin,
                        xmax, ymax, boxLabel, difficult);
            }
        }
    }

    public TfRecordSource {
        tfrecord =
                tfrecord == null ? List.of() : tfrecord.stream().filter(Objects::nonNull).toList();
        keys = keys == null ? Keys.DEFAULT : keys;
        firstClass = firstClass == null ? Integer.valueOf(0) : firstClass;
    }

    @Override
    public Map<String, String> paths() {
        var paths = new LinkedHashMap<String, String>();
        for (int i = 0; i < tfrecord.size(); i++) {
            paths.put("tfrecord[" + i + "]", tfrecord.get(i));
        }
        return paths;
    }

    @Override
    public DataSource mapPaths(UnaryOperator<String> path) {
        return withFiles(tfrecord.stream().map(path).toList());
    }

    @Override
    public DataSource expandPatterns(Function<String, List<String>> files) {
        return withFiles(tfrecord.stream().flatMap(path -> files.apply(path).stream()).toList());
    }

    private TfRecordSource withFiles(List<String> files) {
        return new TfRecordSource(files, annotations, keys, firstClass);
    }

    @Override
    public void check(Problems problems) {
        problems.require(
                !tfrecord.isEmpty(), "tfrecord", "is missing; name one or more TFRecord files");
        problems.require(
                annotations != Kind.VALUES || keys.values() != null && !keys.values().isEmpty(),
                "keys.values",
                "is missing; name the features that hold the values");
        problems.require(
                keys.values() == null || annotations == null || annotations == Kind.VALUES,
                "keys.values",
                "goes with annotations: values");
        problems.require(
                firstClass >= 0 && firstClass <= 1000,
                "firstClass",
                "must be between 0 and 1000, but is " + firstClass);
    }
}
