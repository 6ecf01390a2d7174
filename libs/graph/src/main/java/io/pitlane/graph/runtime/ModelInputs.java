package io.pitlane.graph.runtime;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/**
 * The values fed to every input of a model, which may have more inputs than the image.
 *
 * <p>The image is fed to the input that the plan names, or the one whose shape is that of images.
 * An input of exactly that shape gets the same images, as the second camera of a stereo network.
 * Any other gets a constant: false where it is boolean, 1 where it is a single float such as a keep
 * probability (0 where its name contains {@code rate}, {@code drop}, {@code train} or {@code
 * phase}), else zeros. An input of bytes gets whole numbers from 0 to 255.
 *
 * <p>Immutable and thread-safe.
 */
public final class ModelInputs {
    private static final List<String> ZERO_NAMES = List.of("rate", "drop", "train", "phase");

    private final GraphSignature signature;
    private final GraphSignature.Port image;

    private ModelInputs(GraphSignature signature, GraphSignature.Port image) {
        this.signature = signature;
        this.image = image;
    }

    /**
     * The values of one input.
     *
     * @param port the input
     * @param values its values, whatever its element type
     */
    public record InputValue(GraphSignature.Port port, FloatTensor values) {

        /** A value for a float32 tensor that is not an input of the signature. */
        public static InputValue of(TensorRef tensor, FloatTensor values) {
            return new InputValue(
                    new GraphSignature.Port(tensor.toString(), tensor, DataType.DT_FLOAT, null),
                    values);
        }
    }

    /**
     * The inputs of a model.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the named input does
     *     not exist, or no name is given and none of several inputs fits images
     */
    public static ModelInputs of(GraphSignature signature, InputSpec input) {
        return new ModelInputs(signature, imageInput(signature, input));
    }

    private static GraphSignature.Port imageInput(GraphSignature signature, InputSpec input) {
        var ports = signature.inputs();
        if (input.name() != null) {
            return named(ports, input.name());
        }
        if (ports.size() == 1) {
            return ports.get(0);
        }
        int channels = input.channels().count();
        return Stream.concat(
                        ports.stream().filter(port -> takesImages(port, channels)),
                        ports.stream().filter(port -> rank(port) == 4))
                .findFirst()
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "None of the model's inputs takes images of %d channels: %s."
                                                .formatted(channels, described(ports)),
                                        "Name the image's input in input.name."));
    }

    private static GraphSignature.Port named(List<GraphSignature.Port> ports, String name) {
        var names = ports.stream().map(GraphSignature.Port::name).toList();
        return ports.stream()
                .filter(port -> port.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "The model has no input '%s', as input.name says; it has %s."
                                                .formatted(name, String.join(", ", names)),
                                        NearestName.advice(name, names)));
    }

    private static boolean takesImages(GraphSignature.Port port, int channels) {
        var shape = port.shape();
        return rank(port) == 4 && (fits(shape.get(3), channels) || fits(shape.get(1), channels))
                || rank(port) == 3 && channels == 1;
    }

    private static boolean fits(long size, int channels) {
        return size < 0 || size == channels;
    }

    private static int rank(GraphSignature.Port port) {
        return port.shape() == null ? -1 : port.shape().size();
    }

    private static List<String> described(List<GraphSignature.Port> ports) {
        return ports.stream()
                .map(port -> port.name() + (port.shape() == null ? "" : " " + port.shape()))
                .toList();
    }

    /** The input for the images. */
    public GraphSignature.Port image() {
        return image;
    }

    /**
     * The values of every input for a batch, in the signature's order.
     *
     * @param images the batch, in the shape of {@link #image()}
     */
    public List<InputValue> of(FloatTensor images) {
        long batch = images.rank() == 0 ? 1 : images.shape()[0];
        return signature.inputs().stream()
                .map(
                        port ->
                                new InputValue(
                                        port,
                                        isImage(port) ? pixels(images) : constant(port, batch)))
                .toList();
    }

    private FloatTensor pixels(FloatTensor images) {
        return image.dtype() == DataType.DT_UINT8
                ? images.map(value -> Math.max(0, Math.min(255, Math.rint(value))))
                : images;
    }

    /** The model's inputs and outputs. */
    public GraphSignature signature() {
        return signature;
    }

    /** The inputs that are fed zeros because nothing is known about their values. */
    public List<GraphSignature.Port> inputsFedZeros() {
        return signature.inputs().stream()
                .filter(port -> !isImage(port) && !isScalar(port))
                .filter(port -> port.dtype() != DataType.DT_BOOL)
                .toList();
    }

    /** A sentence for every input but the image's: which values it is fed. */
    public List<String> notes() {
        return signature.inputs().stream()
                .filter(port -> !port.equals(image))
                .map(
                        port ->
                                "Input '%s' is fed %s; the images go to '%s'."
                                        .formatted(port.name(), described(port), image.name()))
                .toList();
    }

    /** Whether an input of the model gets the images, as {@link #image()} and its likes do. */
    public boolean isImage(GraphSignature.Port port) {
        return port.equals(image)
                || rank(image) >= 3
                        && port.dtype() == image.dtype()
                        && image.shape().equals(port.shape());
    }

    private String described(GraphSignature.Port port) {
        if (isImage(port)) {
            return "the same images";
        }
        if (port.dtype() == DataType.DT_BOOL) {
            return "false";
        }
        return isScalar(port) ? (scalar(port) == 0 ? "0" : "1") : "zeros";
    }

    private static FloatTensor constant(GraphSignature.Port port, long batch) {
        if (isScalar(port)) {
            return new FloatTensor(new float[] {scalar(port)});
        }
        var shape = port.shape().stream().mapToLong(size -> size < 0 ? 1 : size).toArray();
        if (port.shape().get(0) < 0) {
            shape[0] = batch;
        }
        long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return new FloatTensor(new float[Math.toIntExact(size)], shape);
    }

    private static boolean isScalar(GraphSignature.Port port) {
        return rank(port) <= 0;
    }

    private static float scalar(GraphSignature.Port port) {
        var name = port.name().toLowerCase(Locale.ROOT);
        boolean zero =
                port.dtype() != DataType.DT_FLOAT
                        || !name.contains("keep") && ZERO_NAMES.stream().anyMatch(name::contains);
        return zero ? 0 : 1;
    }
}
