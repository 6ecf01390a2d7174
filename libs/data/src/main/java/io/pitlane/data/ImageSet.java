package io.pitlane.data;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Annotations.Boxes;
import io.pitlane.data.Annotations.Classes;
import io.pitlane.data.Annotations.Masks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A set of images, or of arrays, with optional annotations. Images in files are read on demand and
 * cached up to a limit.
 *
 * <p>Immutable and thread-safe.
 */
public final class ImageSet {
    private final ImageStore images;
    private final Optional<Annotations> annotations;
    private final ClassNames names;

    private ImageSet(ImageStore images, Optional<Annotations> annotations, ClassNames names) {
        annotations.ifPresent(all -> requireOneEach(images.size(), all));
        this.images = images;
        this.annotations = annotations;
        this.names = names;
    }

    private static void requireOneEach(int images, Annotations annotations) {
        if (annotations.size() != images) {
            throw new IllegalArgumentException(
                    images + " images, but " + annotations.size() + " annotations");
        }
    }

    public static ImageSet of(
            ImageStore images, Optional<Annotations> annotations, ClassNames names) {
        return new ImageSet(images, annotations, names);
    }

    /** Images without annotations. */
    public static ImageSet of(List<Image> images) {
        return of(ImageStore.of(images), Optional.empty(), ClassNames.NONE);
    }

    /**
     * Images with one annotation each.
     *
     * @throws IllegalArgumentException when there is not one annotation an image
     */
    public static ImageSet of(List<Image> images, Annotations annotations) {
        return of(ImageStore.of(images), Optional.of(annotations), ClassNames.NONE);
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

    /** Number of images. */
    public int size() {
        return images.size();
    }

    /**
     * Image or array {@code i}, from 0.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT naming the file, when it
     *     cannot be read
     */
    public Sample sample(int i) {
        return images.sample(i);
    }

    /**
     * Image {@code i}, from 0, of a set that holds no arrays.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT naming the file, when it
     *     cannot be read
     * @throws ClassCastException when the set holds arrays
     */
    public Image image(int i) {
        return (Image) images.sample(i);
    }

    /** Whether the set holds arrays instead of images. */
    public boolean holdsArrays() {
        return size() > 0 && images.sample(0) instanceof FloatArray;
    }

    /** The annotations; empty if the source has none. */
    public Optional<Annotations> annotations() {
        return annotations;
    }

    /** The class of every image, from 0; empty when the source has no classes. */
    public Optional<int[]> labels() {
        return annotations
                .filter(Annotations.Classes.class::isInstance)
                .map(classes -> ((Annotations.Classes) classes).labels().clone());
    }

    /** The name of class i at position i; empty if classes have no names. */
    public List<String> classNames() {
        return names.names();
    }

    /** The same images without annotations. */
    public ImageSet withoutAnnotations() {
        return new ImageSet(images, Optional.empty(), names);
    }

    /** Some of the images with their annotations, in the given order. */
    public ImageSet subset(int[] indices) {
        return new ImageSet(
                images.subset(indices), annotations.map(all -> all.subset(indices)), names);
    }

    /**
     * Reads every image and mask once, on all processors, and checks that masks and boxes fit their
     * images.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT naming the file that
     *     cannot be read or does not fit
     */
    public void requireReadable() {
        var check = new AnnotationCheck(images);
        var known = annotations.orElse(null);
        all().forEach(i -> check.check(i, known));
    }

    /**
     * Checks that the classes of images, pixels or boxes are below the number of classes of a
     * model.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when one is not
     */
    public void requireLabelsBelow(int classes) {
        int highest = highestClass();
        if (highest >= classes) {
            throw invalidInput(
                    "The labels go up to %d (%d classes), but the model has %d classes."
                            .formatted(highest, highest + 1, classes),
                    "Name the data that the model was trained for.");
        }
    }

    private int highestClass() {
        var known = annotations.orElse(null);
        if (known instanceof Classes each) {
            return Arrays.stream(each.labels()).max().orElse(-1);
        } else if (known instanceof Boxes each) {
            return each.boxes().stream()
                    .flatMap(List::stream)
                    .mapToInt(Box::label)
                    .max()
                    .orElse(-1);
        } else if (known instanceof Masks each) {
            return all().map(i -> each.mask(i).highest()).max().orElse(-1);
        }
        return -1;
    }

    private IntStream all() {
        return IntStream.range(0, size()).parallel();
    }
}
