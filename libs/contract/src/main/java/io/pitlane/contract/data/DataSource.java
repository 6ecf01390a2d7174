package io.pitlane.contract.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pitlane.contract.validation.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The location of images and their annotations. Paths are the user's in a plan as written, and
 * relative to the data artifact's root in a plan that travels. The fields tell the kind of a
 * source.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
    @JsonSubTypes.Type(DataSource.Idx.class),
    @JsonSubTypes.Type(DataSource.Folder.class),
    @JsonSubTypes.Type(DataSource.Cifar10.class),
    @JsonSubTypes.Type(NpzSource.class),
    @JsonSubTypes.Type(TfRecordSource.class)
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface DataSource
        permits DataSource.Idx, DataSource.Folder, DataSource.Cifar10, NpzSource, TfRecordSource {

    /** The forms of a source in a plan, for messages. */
    String FORMS =
            "{images: FILE, labels: FILE}, {folder: PATH} alone or with one of labels, targets,"
                    + " masks, voc and coco, {npz: FILE}, {tfrecord: FILES} or {cifar10: PATH}";

    /**
     * Files and folders this source reads, in the order of its fields, by the path of the field
     * ({@code labels}, {@code tfrecord[1]}).
     */
    Map<String, String> paths();

    /** The same source with every path replaced. */
    DataSource mapPaths(UnaryOperator<String> path);

    /**
     * The same source with every pattern among its paths, as {@code train-*.tfrecord}, replaced.
     *
     * @param files gives the files that a path stands for: itself unless it is a pattern
     */
    default DataSource expandPatterns(Function<String, List<String>> files) {
        return this;
    }

    /** Whether the source can hold arrays of float32 instead of images. */
    default boolean mayHoldArrays() {
        return false;
    }

    /** Adds every missing field and invalid combination. */
    void check(Problems problems);

    private static void put(Map<String, String> paths, String field, String path) {
        if (path != null) {
            paths.put(field, path);
        }
    }

    private static String map(String path, UnaryOperator<String> mapping) {
        return path == null ? null : mapping.apply(path);
    }

    /**
     * The idx format of MNIST, gzip or plain: images uint8 {@code [N, H, W]} or {@code [N, H, W,
     * C]}, labels uint8 {@code [N]}.
     *
     * @param images path of the images
     * @param labels path of the labels; null when there are none
     */
    record Idx(String images, String labels) implements DataSource {
        @Override
        public Map<String, String> paths() {
            var paths = new LinkedHashMap<String, String>();
            put(paths, "images", images);
            put(paths, "labels", labels);
            return paths;
        }

        @Override
        public DataSource mapPaths(UnaryOperator<String> path) {
            return new Idx(path.apply(images), map(labels, path));
        }

        @Override
        public void check(Problems problems) {
            problems.present(images, "images", "name the idx file of the images");
        }
    }

    /**
     * Image files and their annotations: the sub-folder of an image, or a file or another folder.
     *
     * @param folder path of the folder; with nothing else, one sub-folder a class, in the order of
     *     their names (numeric names by number), or images of which nothing is known
     * @param labels path of a CSV with the file and the class of every image, name or number
     * @param targets path of a CSV with the file and one or more values of every image, for
     *     regression
     * @param masks path of a folder with an image of class indices for every image, under the same
     *     name
     * @param voc path of a folder with a VOC XML file for every image, under the same name
     * @param coco path of a COCO JSON file with boxes
     * @param columns which columns of the CSV are read; null for the usual ones
     * @param classes names in the order of the model's classes; null for numbers as they stand, and
     *     for names in alphabetical order, for COCO in the order of the category ids
     * @param list path of a text file with the name of an image a line, with or without ending: the
     *     images to take; null for all of them
     */
    record Folder(
            String folder,
            String labels,
            String targets,
            String masks,
            String voc,
            String coco,
            Columns columns,
            List<String> classes,
            String list)
            implements DataSource {

        /**
         * Columns of a CSV, by the names in its first line.
         *
         * @param file path of the image inside the folder; null for {@code file}
         * @param label the class; null for {@code label}
         * @param values the values, in the order of the model's outputs; null for every column but
         *     {@code file}
         */
        @JsonInclude(JsonInclude.Include.NON_NULL)
        public record Columns(String file, String label, List<String> values) {
            public Columns {
                values = values == null ? null : List.copyOf(values);
            }
        }

        public Folder {
            classes = classes == null ? null : List.copyOf(classes);
        }

        /** A folder alone. */
        public Folder(String folder) {
            this(folder, null, null, null, null, null, null, null, null);
        }

        @Override
        public Map<String, String> paths() {
            var paths = new LinkedHashMap<String, String>();
            put(paths, "folder", folder);
            put(paths, "labels", labels);
            put(paths, "targets", targets);
            put(paths, "masks", masks);
            put(paths, "voc", voc);
            put(paths, "coco", coco);
            put(paths, "list", list);
            return paths;
        }

        @Override
        public DataSource mapPaths(UnaryOperator<String> path) {
            return toBuilder()
                    .folder(path.apply(folder))
                    .labels(map(labels, path))
                    .targets(map(targets, path))
                    .masks(map(masks, path))
                    .voc(map(voc, path))
                    .coco(map(coco, path))
                    .list(map(list, path))
                    .build();
        }

        @Override
        public void check(Problems problems) {
            problems.present(folder, "folder", "name the folder of the images");
            long kinds =
                    Stream.of(labels, targets, masks, voc, coco).filter(Objects::nonNull).count();
            if (kinds > 1) {
                problems.add("must have at most one of labels, targets, masks, voc and coco");
            }
            checkColumns(problems);
            if (classes != null) {
                problems.require(
                        targets == null && masks == null,
                        "classes",
                        "goes with sub-folders, labels, voc or coco");
                problems.require(
                        !classes.isEmpty()
                                && classes.stream().allMatch(Objects::nonNull)
                                && classes.stream().distinct().count() == classes.size(),
                        "classes",
                        "must be different names, but is " + classes);
            }
            problems.require(
                    list == null || masks != null || voc != null,
                    "list",
                    "goes with masks or voc; the others name their images themselves");
        }

        private void checkColumns(Problems problems) {
            if (columns == null) {
                return;
            }
            problems.require(
                    labels != null || targets != null, "columns", "goes with labels or targets");
            problems.require(
                    columns.label() == null || labels != null,
                    "columns.label",
                    "goes with labels, the CSV of the classes");
            problems.require(
                    columns.values() == null || targets != null && !columns.values().isEmpty(),
                    "columns.values",
                    "must be one or more columns of targets, the CSV of the values");
        }

        /**
         * A folder with something beside it.
         *
         * @param folder path of the folder
         */
        public static Builder builder(String folder) {
            return new Builder().folder(folder);
        }

        private Builder toBuilder() {
            var builder = new Builder();
            builder.folder = folder;
            builder.labels = labels;
            builder.targets = targets;
            builder.masks = masks;
            builder.voc = voc;
            builder.coco = coco;
            builder.columns = columns;
            builder.classes = classes;
            builder.list = list;
            return builder;
        }

        /** Sets what is known about the images by name. */
        public static final class Builder {
            private String folder;
            private String labels;
            private String targets;
            private String masks;
            private String voc;
            private String coco;
            private Columns columns;
            private List<String> classes;
            private String list;

            private Builder() {}

            private Builder folder(String value) {
                this.folder = value;
                return this;
            }

            public Builder labels(String value) {
                this.labels = value;
                return this;
            }

            public Builder targets(String value) {
                this.targets = value;
                return this;
            }

            public Builder masks(String value) {
                this.masks = value;
                return this;
            }

            public Builder voc(String value) {
                this.voc = value;
                return this;
            }

            public Builder coco(String value) {
                this.coco = value;
                return this;
            }

            public Builder columns(Columns value) {
                this.columns = value;
                return this;
            }

            public Builder classes(List<String> value) {
                this.classes = value;
                return this;
            }

            public Builder list(String value) {
                this.list = value;
                return this;
            }

            public Folder build() {
                return new Folder(
                        folder, labels, targets, masks, voc, coco, columns, classes, list);
            }
        }
    }

    /**
     * The CIFAR-10 binary format: records of one label byte and 3072 bytes, 32x32, channel by
     * channel.
     *
     * @param cifar10 path of one .bin file, or of a folder whose .bin files are read in name order
     */
    record Cifar10(String cifar10) implements DataSource {
        @Override
        public Map<String, String> paths() {
            var paths = new LinkedHashMap<String, String>();
            put(paths, "cifar10", cifar10);
            return paths;
        }

        @Override
        public DataSource mapPaths(UnaryOperator<String> path) {
            return new Cifar10(path.apply(cifar10));
        }

        @Override
        public void check(Problems problems) {
            problems.present(cifar10, "cifar10", "name the .bin file or the folder of them");
        }
    }
}
