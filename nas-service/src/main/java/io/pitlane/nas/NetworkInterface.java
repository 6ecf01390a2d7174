package io.pitlane.nas;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.Resize;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.search.ClassifierShape;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.InputLayout;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.training.head.Head;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.tensorflow.proto.DataType;

/**
 * The inputs and outputs that a network must have to replace the original.
 *
 * @param signatureKey the signature's name
 * @param input the original's input; the network has its name, shape and preprocessing
 * @param layout the order of the input's dimensions
 * @param scores the original's output of class scores; the network has its name and rank
 * @param outputActivation what follows the dense layer; LINEAR for logits
 * @param shape size of the images, and number of classes
 */
record NetworkInterface(
        String signatureKey,
        GraphSignature.Port input,
        InputLayout layout,
        GraphSignature.Port scores,
        Head.Kind outputActivation,
        ClassifierShape shape) {

    /**
     * Reads the interface of the original.
     *
     * @param images give the size of the input, where neither the model nor the plan does
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the original has no
     *     output of float32 class scores, or an unknown number of classes
     */
    static NetworkInterface of(FlatGraph original, Plan plan, ImageSet images) {
        if (images.holdsArrays()) {
            throw invalidInput(
                    "An architecture search needs images, but data.train holds float32 arrays.",
                    "Remove the nas step; prune, distill and quantize work on arrays.");
        }
        var signature = original.signature();
        var input = ModelInputs.of(signature, plan.input()).image();
        int channels = plan.input().channels().count();
        var layout = InputLayout.of(input, channels);
        var scores = scores(original, plan);
        int height = side(layout.height(), plan, Resize::height, () -> images.image(0).height());
        int width = side(layout.width(), plan, Resize::width, () -> images.image(0).width());
        var fixed = withInputShape(original, input, inputShape(layout, height, width, channels));
        return new NetworkInterface(
                signature.key(),
                input,
                layout,
                scores,
                Head.of(original, scores).kind(),
                new ClassifierShape(height, width, channels, classes(scores, fixed)));
    }

    private static int side(
            int ofModel, Plan plan, ToIntFunction<Resize> dimension, IntSupplier ofImage) {
        if (ofModel > 0) {
            return ofModel;
        }
        var resize = plan.input().resize();
        return resize == null ? ofImage.getAsInt() : dimension.applyAsInt(resize);
    }

    private static GraphSignature.Port scores(FlatGraph original, Plan plan) {
        return ScoredOutput.of(original.signature(), Task.CLASSIFICATION, plan.output())
                .filter(port -> port.dtype() == DataType.DT_FLOAT)
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "The model has no output of float32 class scores, which an"
                                                + " architecture search needs.",
                                        "Name such an output in the plan's output, or remove the"
                                                + " nas step."));
    }

    /** The original with all dimensions of its input fixed, so that its MACs can be counted. */
    FlatGraph withFixedInput(FlatGraph original) {
        return withInputShape(
                original,
                input,
                inputShape(layout, shape.height(), shape.width(), shape.channels()));
    }

    private static long[] inputShape(InputLayout layout, int height, int width, int channels) {
        int batch = layout.batch();
        return switch (layout.order()) {
            case CHANNELS_LAST -> new long[] {batch, height, width, channels};
            case CHANNELS_FIRST -> new long[] {batch, channels, height, width};
            case NO_CHANNELS -> new long[] {batch, height, width};
        };
    }

    private static FlatGraph withInputShape(
            FlatGraph original, GraphSignature.Port input, long[] shape) {
        var node = original.node(input.tensor().node());
        return original.edit()
                .put(
                        NodeBuilder.of(node.getOp(), node.getName())
                                .attrsOf(node)
                                .shape("shape", shape)
                                .build())
                .build();
    }

    private static int classes(GraphSignature.Port scores, FlatGraph fixed) {
        if (scores.shape() != null && scores.shape().size() == 1) {
            return 1;
        }
        long classes = lastDimension(scores.shape());
        if (classes < 0) {
            var inferred = InferredShapes.of(fixed).of(scores.tensor());
            classes = inferred.isUnknown() ? -1 : inferred.get(inferred.numDimensions() - 1);
        }
        if (classes < 1) {
            throw invalidInput(
                    "The number of classes of the output '%s' is unknown.".formatted(scores.name()),
                    "Export the model with a fixed number of outputs.");
        }
        return Math.toIntExact(classes);
    }

    private static long lastDimension(List<Long> shape) {
        return shape == null || shape.isEmpty() ? -1 : shape.get(shape.size() - 1);
    }
}
