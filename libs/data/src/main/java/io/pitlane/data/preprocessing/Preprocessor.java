package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.FloatArray;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Sample;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Preprocesses images or arrays as the plan's {@code input} says, to the model's input.
 *
 * <p>Thread-safe.
 */
public abstract sealed class Preprocessor permits ImagePreprocessor, ArrayPreprocessor {
    final InputSpec spec;

    Preprocessor(InputSpec spec) {
        this.spec = spec;
    }

    /**
     * Creates the preprocessing of images for a model input.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the specification
     *     does not fit the input
     */
    public static Preprocessor of(InputSpec spec, GraphSignature.Port input) {
        return ImagePreprocessor.create(spec, input);
    }

    /**
     * Creates the preprocessing of a set for a model input.
     *
     * @param images the set, which holds images or arrays
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the specification
     *     does not fit the input, or does not apply to arrays
     */
    public static Preprocessor of(InputSpec spec, GraphSignature.Port input, ImageSet images) {
        return images.size() > 0 && images.sample(0) instanceof FloatArray first
                ? ArrayPreprocessor.create(spec, input, first)
                : ImagePreprocessor.create(spec, input);
    }

    /** The specification. */
    public final InputSpec spec() {
        return spec;
    }

    /** The fixed batch size of the model; empty if it takes any. */
    public abstract Optional<Integer> fixedBatch();

    /**
     * Checks that every image of a set fits the model input.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when one cannot
     */
    public abstract void requireFits(ImageSet images);

    /**
     * Preprocesses some images of a set, in the shape of the model input.
     *
     * @param indices positions in the set
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when an image has the
     *     wrong size
     */
    public final FloatTensor batch(ImageSet images, int[] indices) {
        return batch(
                Arrays.stream(indices).mapToObj(images::sample).toList(),
                Collections.nCopies(indices.length, AugmentationSample.NONE));
    }

    /** A batch of one image or array. */
    public final FloatTensor apply(Sample sample) {
        return batch(List.of(sample), List.of(AugmentationSample.NONE));
    }

    /** Preprocesses images or arrays; each image is augmented after resizing. */
    public abstract FloatTensor batch(
            List<? extends Sample> samples, List<AugmentationSample> augmentations);

    /** Where an image lies in the model's input. */
    public final ResizeGeometry geometry(Image image) {
        return ResizeGeometry.of(spec.resize(), image);
    }
}
