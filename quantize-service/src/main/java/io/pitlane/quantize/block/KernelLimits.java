package io.pitlane.quantize.block;

import io.pitlane.model.graph.Attributes;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.InferredShapes;
import io.pitlane.model.graph.KernelLayout;
import io.pitlane.model.graph.Operations;
import io.pitlane.model.graph.TensorRef;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The forms of convolution and dense layer that the int8 kernels know. */
final class KernelLimits {
    private final FlatGraph graph;
    private final InferredShapes shapes;

    KernelLimits(FlatGraph graph, InferredShapes shapes) {
        this.graph = graph;
        this.shapes = shapes;
    }

    /** Why no kernel can do this layer, for the reader; empty when one can. */
    Optional<String> violatedBy(NodeDef product) {
        return common(product)
                .or(
                        () ->
                                Operations.of(product).isConvolution()
                                        ? convolution(product)
                                        : dense(product));
    }

    /** Output channels of a layer that has been found fit. */
    int outputs(NodeDef product) {
        var weights = FloatTensor.of(graph.input(product, 1));
        var layout = Operations.of(product).kernel().orElseThrow();
        return (int) weights.shape()[layout.outputAxis(product, 1, weights.rank()).orElseThrow()];
    }

    private Optional<String> common(NodeDef product) {
        var weights = graph.input(product, 1);
        if (Attributes.of(product).type("T", DataType.DT_FLOAT) != DataType.DT_FLOAT) {
            return Optional.of("its arithmetic is not float32");
        }
        if (!FloatTensor.isFloatConst(weights)) {
            return Optional.of("its weights are computed by the graph, not constant");
        }
        if (graph.input(product, 0).getOp().equals("Const")) {
            return Optional.of("its input is constant");
        }
        for (float weight : FloatTensor.of(weights).values()) {
            if (!Float.isFinite(weight)) {
                return Optional.of("a weight of it is not a finite number");
            }
        }
        return Optional.empty();
    }

    private Optional<String> convolution(NodeDef conv) {
        var attributes = Attributes.of(conv);
        var filter = FloatTensor.of(graph.input(conv, 1));
        if (!attributes.channelsLast()) {
            return Optional.of("its data format is NCHW; the int8 kernel takes NHWC");
        }
        if (!leavesBatchAndChannels(attributes.ints("strides", List.of()))
                || !leavesBatchAndChannels(attributes.ints("dilations", List.of()))) {
            return Optional.of("it strides over the batch or the channels");
        }
        var input = shapes.of(TensorRef.parse(conv.getInput(0)));
        if (input.numDimensions() != 4 || input.get(3) < 0) {
            return Optional.of("its number of input channels is not known");
        }
        if (input.get(3) != filter.shape()[2]) {
            return Optional.of("it is grouped; the int8 kernel knows one group");
        }
        return Optional.empty();
    }

    private static boolean leavesBatchAndChannels(List<Long> steps) {
        return steps.isEmpty() || steps.get(0) == 1 && steps.get(3) == 1;
    }

    private Optional<String> dense(NodeDef product) {
        if (KernelLayout.isTransposed(product, 0)) {
            return Optional.of("its input is transposed");
        }
        return Optional.empty();
    }
}
