package io.pitlane.data.preprocessing;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Standardization;
import io.pitlane.contract.data.Resize;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Sample;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.DataType;

/**
 * Preprocesses images as the plan's {@code input} says: resize, reorder channels, then per channel
 * {@code (pixel * scale - mean) / std}, or a standardization per image. Colour is converted to grey
 * by ITU-R BT.601; a grey image is repeated for every channel of a colour model. An input of uint8
 * takes pixels: only resize and channels apply.
 *
 * <p>Thread-safe.
 */
final class ImagePreprocessor extends Preprocessor {
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

    private final InputLayout layout;
    private final boolean takesPixels;
    private final Normalization normalization;
    private final Resizer resizer;

    private ImagePreprocessor(InputSpec spec, InputLayout layout, boolean takesPixels) {
        super(spec);
        this.layout = layout;
        this.takesPixels = takesPixels;
        this.normalization = takesPixels ? Normalization.NONE : new Normalization(spec);
        this.resizer = new Resizer(spec.interpolation(), spec.antialias(), spec.resize());
    }

    static ImagePreprocessor create(InputSpec spec, GraphSignature.Port input) {
        requirePerChannel(spec.mean(), "mean", spec);
        requirePerChannel(spec.std(), "std", spec);
        var layout = InputLayout.of(input, spec.channels().count());
        var resize = spec.resize();
        if (resize != null && !layout.takes(resize.height(), resize.width())) {
            throw invalidInput(
                    "input.resize is %dx%d, but the model takes %s."
                            .formatted(resize.height(), resize.width(), layout.size()),
                    "Set input.resize to the model's size.");
        }
        return new ImagePreprocessor(spec, layout, input.dtype() == DataType.DT_UINT8);
    }

    private static void requirePerChannel(List<Double> values, String field, InputSpec spec) {
        int channels = spec.channels().count();
        if (values.size() != 1 && values.size() != channels) {
            throw invalidInput(
                    "input.%s holds %d numbers, but images have %d channels."
                            .formatted(field, values.size(), channels),
                    "Write one number, or one per channel.");
        }
    }

    @Override
    public Optional<Integer> fixedBatch() {
        return layout.batch() < 0 ? Optional.empty() : Optional.of(layout.batch());
    }

    @Override
    public void requireFits(ImageSet images) {
        boolean isAnySizeFine =
                spec.resize() == null
                        ? layout.takesAnySize()
                        : !(spec.resize() instanceof Resize.CenterCrop);
        if (!isAnySizeFine) {
            IntStream.range(0, images.size()).parallel().forEach(i -> requireFits(images.image(i)));
        }
    }

    private void requireFits(Image image) {
        if (spec.resize() == null && !layout.takes(image.height(), image.width())) {
            throw invalidInput(
                    "Images are %s, but the model takes %s.".formatted(image.size(), layout.size()),
                    "Set input.resize to the model's size.");
        }
        if (spec.resize() instanceof Resize.CenterCrop crop) {
            var resized = geometry(image).resized();
            if (resized.height() < crop.height() || resized.width() < crop.width()) {
                throw invalidInput(
                        "An image of %s is %s after the resize, smaller than the crop of %dx%d."
                                .formatted(image.size(), resized, crop.height(), crop.width()),
                        "Set a larger input.resize.shorterSide, or use a letterbox.");
            }
        }
    }

    @Override
    public FloatTensor batch(
            List<? extends Sample> samples, List<AugmentationSample> augmentations) {
        var images = samples.stream().map(Image.class::cast).toList();
        var size = geometry(images.get(0)).input();
        int area = Math.multiplyExact(size.height(), size.width());
        int perImage = Math.multiplyExact(area, spec.channels().count());
        var values = new float[Math.multiplyExact(images.size(), perImage)];
        for (int i = 0; i < images.size(); i++) {
            var image = images.get(i);
            requireSameSize(image, images.get(0));
            float[] augmented =
                    augmentations.get(i).apply(resizer.resize(image), size.height(), size.width());
            write(augmented, values, i * perImage, area);
            if (spec.standardize() == Standardization.IMAGE && !takesPixels) {
                PerImageStandardization.apply(values, i * perImage, perImage);
            }
        }
        return new FloatTensor(
                values,
                layout.shape(images.size(), size.height(), size.width(), spec.channels().count()));
    }

    private void requireSameSize(Image image, Image first) {
        requireFits(image);
        if (spec.resize() == null && !image.size().equals(first.size())) {
            throw invalidInput(
                    "Images are of different sizes, %s and %s."
                            .formatted(first.size(), image.size()),
                    "Set input.resize.");
        }
    }

    private void write(float[] source, float[] target, int offset, int area) {
        int sourceChannels = source.length / area;
        int channels = spec.channels().count();
        boolean planar = layout.order() == InputLayout.Order.CHANNELS_FIRST;
        for (int c = 0; c < channels; c++) {
            float scale = normalization.scale(c);
            float shift = normalization.shift(c);
            int step = planar ? 1 : channels;
            int at = offset + (planar ? c * area : c);
            for (int pixel = 0; pixel < area; pixel++, at += step) {
                target[at] = value(source, pixel, sourceChannels, c) * scale - shift;
            }
        }
    }

    private float value(float[] source, int pixel, int sourceChannels, int channel) {
        int at = pixel * sourceChannels;
        if (sourceChannels == 1) {
            return source[at];
        }
        return switch (spec.channels()) {
            case RGB -> source[at + channel];
            case BGR -> source[at + 2 - channel];
            case GREY -> LUMA[0] * source[at] + LUMA[1] * source[at + 1] + LUMA[2] * source[at + 2];
        };
    }
}
