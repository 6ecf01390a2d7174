package io.pitlane.contract.data;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * The preprocessing of an image to the model's input: resize, order the channels, then per channel
 * {@code (pixel * scale - mean) / std}, or the same with the image's own mean and deviation. Arrays
 * of float32 are not resized, and keep their channels.
 *
 * @param name the model's input for images; null for the only one, or the one of that shape
 * @param resize how an image comes to the input's size; null keeps the image's own size
 * @param interpolation interpolation of the resize
 * @param antialias whether a resize to fewer pixels averages over all of them, as tf.image.resize
 *     with {@code antialias=True} and Pillow
 * @param channels order or number of channels that the model expects
 * @param scale factor on the pixel value 0..255
 * @param mean subtracted after scaling, one a channel
 * @param std divided by at the end, one a channel
 * @param standardize takes mean and deviation from the image itself; null for {@code mean} and
 *     {@code std}
 * @param layout order of the axes of an ONNX model's image input; null where it is inferred, and
 *     for a model of TensorFlow
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InputSpec(
        String name,
        Resize resize,
        Interpolation interpolation,
        Boolean antialias,
        Channels channels,
        Double scale,
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Double> mean,
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Double> std,
        Standardization standardize,
        Layout layout) {

    private static final List<Double> NO_MEAN = List.of(0.0);
    private static final List<Double> NO_STD = List.of(1.0);

    /** The interpolation of a resize, with half-pixel centres. */
    public enum Interpolation {
        @JsonProperty("nearest")
        NEAREST,
        @JsonProperty("bilinear")
        BILINEAR,
        @JsonProperty("bicubic")
        BICUBIC
    }

    /** The values from which the mean and the standard deviation are computed. */
    public enum Standardization {
        /**
         * All values of an image: {@code (x - mean) / max(stddev, 1 / sqrt(N))}, as
         * tf.image.per_image_standardization.
         */
        @JsonProperty("image")
        IMAGE
    }

    /** The order of the axes of an image input. */
    public enum Layout {
        /** {@code [N, C, H, W]}, as PyTorch exports it. */
        @JsonProperty("nchw")
        NCHW,
        /** {@code [N, H, W, C]}, as TensorFlow has it. */
        @JsonProperty("nhwc")
        NHWC
    }

    /** The channels that the model expects, in their order. */
    public enum Channels {
        @JsonProperty("rgb")
        RGB(3),
        @JsonProperty("bgr")
        BGR(3),
        @JsonProperty("grey")
        GREY(1);

        private final int count;

        Channels(int count) {
            this.count = count;
        }

        /** 3 or 1. */
        public int count() {
            return count;
        }
    }

    public static final InputSpec DEFAULT = builder().build();

    public InputSpec {
        interpolation = interpolation == null ? Interpolation.BILINEAR : interpolation;
        antialias = antialias != null && antialias;
        channels = channels == null ? Channels.RGB : channels;
        scale = scale == null ? Double.valueOf(1) : scale;
        mean = mean == null ? NO_MEAN : List.copyOf(mean);
        std = std == null ? NO_STD : List.copyOf(std);
    }

    /**
     * Adds every value that is out of its range.
     *
     * @param mayBeArrays whether the data may be arrays, whose number of channels is not known here
     */
    public void check(boolean mayBeArrays, Problems problems) {
        problems.require(
                name == null || !name.isBlank(),
                "name",
                "is empty; name an input of the model, or leave the field out");
        if (resize != null) {
            resize.check(problems.at("resize"));
        }
        problems.require(
                !antialias || resize != null && interpolation != Interpolation.NEAREST,
                "antialias",
                "has an effect on a resize with bilinear or bicubic interpolation only");
        problems.require(
                Double.isFinite(scale) && scale != 0,
                "scale",
                "must be a number other than 0, but is " + scale);
        checkPerChannel(mean, "mean", mayBeArrays, problems);
        checkPerChannel(std, "std", mayBeArrays, problems);
        problems.require(
                std.stream().allMatch(s -> s > 0), "std", "must be above 0, but is " + std);
        problems.require(
                standardize == null || mean.equals(NO_MEAN) && std.equals(NO_STD),
                "standardize",
                "takes mean and std from each image; leave out mean and std");
    }

    private void checkPerChannel(
            List<Double> values, String field, boolean mayBeArrays, Problems problems) {
        boolean isOneEach = values.size() == channels.count() || mayBeArrays && !values.isEmpty();
        problems.require(
                (values.size() == 1 || isOneEach) && values.stream().allMatch(Double::isFinite),
                field,
                "must hold 1 or " + channels.count() + " numbers, but is " + values);
    }

    /** A specification with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.name = name;
        builder.resize = resize;
        builder.interpolation = interpolation;
        builder.antialias = antialias;
        builder.channels = channels;
        builder.scale = scale;
        builder.mean = mean;
        builder.std = std;
        builder.standardize = standardize;
        builder.layout = layout;
        return builder;
    }

    /** Sets options by name. */
    public static final class Builder {
        private String name;
        private Resize resize;
        private Interpolation interpolation;
        private boolean antialias;
        private Channels channels;
        private Double scale;
        private List<Double> mean;
        private List<Double> std;
        private Standardization standardize;
        private Layout layout;

        private Builder() {}

        public Builder name(String value) {
            this.name = value;
            return this;
        }

        public Builder resize(Resize value) {
            this.resize = value;
            return this;
        }

        /** A resize to {@code [height, width]}. */
        public Builder resize(List<Integer> size) {
            return resize(new Resize.Stretch(size));
        }

        public Builder interpolation(Interpolation value) {
            this.interpolation = value;
            return this;
        }

        public Builder antialias(boolean value) {
            this.antialias = value;
            return this;
        }

        public Builder channels(Channels value) {
            this.channels = value;
            return this;
        }

        public Builder scale(double value) {
            this.scale = value;
            return this;
        }

        public Builder mean(List<Double> value) {
            this.mean = value;
            return this;
        }

        public Builder std(List<Double> value) {
            this.std = value;
            return this;
        }

        public Builder standardize(Standardization value) {
            this.standardize = value;
            return this;
        }

        public Builder layout(Layout value) {
            this.layout = value;
            return this;
        }

        public InputSpec build() {
            return new InputSpec(
                    name,
                    resize,
                    interpolation,
                    antialias,
                    channels,
                    scale,
                    mean,
                    std,
                    standardize,
                    layout);
        }
    }
}
