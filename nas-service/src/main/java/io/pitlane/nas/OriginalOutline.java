package io.pitlane.nas;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.ClassifierShape;
import io.pitlane.contract.Plan;
import io.pitlane.contract.Task;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.InputLayout;
import io.pitlane.model.eval.ScoredOutput;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.InferredShapes;
import io.pitlane.model.graph.NodeBuilder;
import io.pitlane.model.runtime.Feeds;
import io.pitlane.model.train.Head;
import io.pitlane.nas.Outline.Ending;
import java.util.List;
import org.tensorflow.proto.DataType;

/** Reads off the original what a network must look like from outside. */
final class OriginalOutline {
    private final FlatGraph original;
    private final Plan plan;
    private final ImageSet images;

    /**
     * The original, and what it is used for.
     *
     * @param images of the size that it takes, where neither it nor the plan says one
     */
    OriginalOutline(FlatGraph original, Plan plan, ImageSet images) {
        this.original = original;
        this.plan = plan;
        this.images = images;
    }

    /**
     * What a network must look like.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when the original gives no class
     *     scores
     */
    Outline outline() {
        var signature = original.signature();
        var input = Feeds.of(signature, plan.input()).image();
        var layout = InputLayout.of(input, plan.input().channels().count());
        var scores = scores();
        int height = side(layout.height(), 0);
        int width = side(layout.width(), 1);
        return new Outline(
                signature.key(),
                input,
                layout,
                scores,
                ending(scores),
                new ClassifierShape(
                        height,
                        width,
                        plan.input().channels().count(),
                        classes(scores, sized(input, layout, height, width))));
    }

    private int side(int said, int which) {
        if (said > 0) {
            return said;
        }
        var resize = plan.input().resize();
        var image = images.image(0);
        return resize != null ? resize.get(which) : which == 0 ? image.height() : image.width();
    }

    private GraphSignature.Port scores() {
        return ScoredOutput.of(original.signature(), Task.CLASSIFICATION, plan.output())
                .filter(port -> port.dtype() == DataType.DT_FLOAT)
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "The model gives no float32 class scores, which an"
                                                + " architecture search needs.",
                                        "Name such an output in the plan's output, or leave the nas"
                                                + " step out."));
    }

    private Ending ending(GraphSignature.Port scores) {
        return switch (Head.of(original, scores).kind()) {
            case SOFTMAX -> Ending.SOFTMAX;
            case SIGMOID -> Ending.SIGMOID;
            case LINEAR -> Ending.LOGITS;
        };
    }

    /** The original for images of the one size that they have. */
    FlatGraph sized() {
        var outline = outline();
        return sized(
                outline.input(),
                outline.layout(),
                outline.shape().height(),
                outline.shape().width());
    }

    private FlatGraph sized(GraphSignature.Port input, InputLayout layout, int height, int width) {
        int channels = plan.input().channels().count();
        int batch = layout.batch();
        var shape =
                switch (layout.order()) {
                    case CHANNELS_LAST -> new long[] {batch, height, width, channels};
                    case CHANNELS_FIRST -> new long[] {batch, channels, height, width};
                    case NO_CHANNELS -> new long[] {batch, height, width};
                };
        var node = original.node(input.tensor().node());
        return original.edit()
                .put(
                        NodeBuilder.of(node.getOp(), node.getName())
                                .attrsOf(node)
                                .shape("shape", shape)
                                .build())
                .build();
    }

    private static int classes(GraphSignature.Port scores, FlatGraph sized) {
        if (scores.shape() != null && scores.shape().size() == 1) {
            return 1;
        }
        long last = last(scores.shape());
        if (last < 0) {
            var inferred = InferredShapes.of(sized).of(scores.tensor());
            last = inferred.isUnknown() ? -1 : inferred.get(inferred.numDimensions() - 1);
        }
        if (last < 1) {
            throw invalidInput(
                    "The output '%s' does not say how many classes it has."
                            .formatted(scores.name()),
                    "Export the model with a known number of outputs.");
        }
        return Math.toIntExact(last);
    }

    private static long last(List<Long> shape) {
        return shape == null || shape.isEmpty() ? -1 : shape.get(shape.size() - 1);
    }
}
