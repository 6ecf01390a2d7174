package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where images and their labels lie. Paths are the user's in a plan as written, and relative to the
 * data artifact's root in a plan that travels.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
    @JsonSubTypes.Type(DataSource.Idx.class),
    @JsonSubTypes.Type(DataSource.Folder.class),
    @JsonSubTypes.Type(DataSource.Cifar10.class)
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface DataSource {

    /** Files and folders this source reads. */
    List<String> paths();

    /** The same source with every path replaced. */
    DataSource mapPaths(UnaryOperator<String> path);

    /** Notes what is missing. */
    void check(Problems problems);

    /**
     * The idx format of MNIST, gzip or plain: images uint8 {@code [N, H, W]} or {@code [N, H, W,
     * C]}, labels uint8 {@code [N]}.
     *
     * @param images path of the images
     * @param labels path of the labels; null when there are none
     */
    record Idx(String images, String labels) implements DataSource {
        @Override
        public List<String> paths() {
            return labels == null ? List.of(images) : List.of(images, labels);
        }

        @Override
        public DataSource mapPaths(UnaryOperator<String> path) {
            return new Idx(path.apply(images), labels == null ? null : path.apply(labels));
        }

        @Override
        public void check(Problems problems) {
            problems.present(images, "images", "name the idx file of the images");
        }
    }

    /**
     * A folder with one sub-folder of images a class, classes in the order of their names (numeric
     * names by number).
     *
     * @param folder path of the folder
     */
    record Folder(String folder) implements DataSource {
        @Override
        public List<String> paths() {
            return List.of(folder);
        }

        @Override
        public DataSource mapPaths(UnaryOperator<String> path) {
            return new Folder(path.apply(folder));
        }

        @Override
        public void check(Problems problems) {
            problems.present(folder, "folder", "name the folder with one sub-folder a class");
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
        public List<String> paths() {
            return List.of(cifar10);
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
