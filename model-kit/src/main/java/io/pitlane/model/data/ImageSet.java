package io.pitlane.model.data;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.DataSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Images with their annotations where there are any.
 *
 * <p>Immutable and thread-safe.
 */
public final class ImageSet {
    private final List<Image> images;
    private final Optional<Annotations> annotations;

    private ImageSet(List<Image> images, Optional<Annotations> annotations) {
        this.images = List.copyOf(images);
        this.annotations = annotations;
    }

    /** Images without annotations. */
    public static ImageSet of(List<Image> images) {
        return new ImageSet(images, Optional.empty());
    }

    /**
     * Images with one annotation each.
     *
     * @throws IllegalArgumentException when there is not one annotation an image
     */
    public static ImageSet of(List<Image> images, Annotations annotations) {
        if (annotations.size() != images.size()) {
            throw new IllegalArgumentException(
                    images.size() + " images, but " + annotations.size() + " annotations");
        }
        return new ImageSet(images, Optional.of(annotations));
    }

    /**
     * Images with one label each.
     *
     * @param labels the class of every image, from 0; null when there are none
     * @throws IllegalArgumentException when there is not one label an image
     */
    public static ImageSet of(List<Image> images, int[] labels) {
        return labels == null ? of(images) : of(images, new Annotations.Classes(labels.clone()));
    }

    /**
     * Reads every image of a source.
     *
     * @param root what the source's paths are relative to
     * @throws io.pitlane.contract.FailureException INVALID_INPUT naming the file that is missing,
     *     damaged or empty
     */
    public static ImageSet open(DataSource source, Path root) {
        var set = read(source, root);
        if (set.size() == 0) {
            throw invalidInput(
                    "There is not one image in " + source.paths().values().iterator().next() + ".",
                    "Name a source that holds images.");
        }
        return set;
    }

    private static ImageSet read(DataSource source, Path root) {
        if (source instanceof DataSource.Idx idx) {
            return IdxImages.read(
                    root.resolve(idx.images()),
                    idx.labels() == null ? null : root.resolve(idx.labels()));
        } else if (source instanceof DataSource.Folder folder) {
            return FolderImages.read(root.resolve(folder.folder()));
        } else if (source instanceof DataSource.Cifar10 cifar) {
            return Cifar10Images.read(root.resolve(cifar.cifar10()));
        }
        throw new IllegalArgumentException("no reader for " + source);
    }

    /** Number of images. */
    public int size() {
        return images.size();
    }

    /** Image {@code i}, from 0. */
    public Image image(int i) {
        return images.get(i);
    }

    /** What is known about the images; empty when the source has no annotations. */
    public Optional<Annotations> annotations() {
        return annotations;
    }

    /** The class of every image, from 0; empty when the source has no classes. */
    public Optional<int[]> labels() {
        return annotations
                .filter(Annotations.Classes.class::isInstance)
                .map(classes -> ((Annotations.Classes) classes).labels().clone());
    }

    /** The chosen images with their annotations, in the given order. */
    public ImageSet subset(int[] indices) {
        return new ImageSet(
                Arrays.stream(indices).mapToObj(images::get).toList(),
                annotations.map(all -> all.subset(indices)));
    }

    /**
     * Checks that a model with this many classes can have these labels.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when a label is beyond them
     */
    public void requireLabelsBelow(int classes) {
        int highest = labels().map(all -> Arrays.stream(all).max().orElse(-1)).orElse(-1);
        if (highest >= classes) {
            throw invalidInput(
                    "The labels go up to %d (%d classes), but the model has %d classes."
                            .formatted(highest, highest + 1, classes),
                    "Name the data that the model was trained for.");
        }
    }
}
