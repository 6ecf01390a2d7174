package io.pitlane.graph.fusion;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operations;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Checks which convolutions and dense layers have an int8 kernel in some engine: TensorFlow, ONNX
 * Runtime or TFLite. An engine without one computes the layer in float.
 */
public final class KernelSupport {
    private final FlatGraph graph;
    private final InferredShapes shapes;

    public KernelSupport(FlatGraph graph, InferredShapes shapes) {
        this.graph = graph;
        this.shapes = shapes;
    }

    /** Why no kernel supports this layer, for the notes; empty when one does. */
    public Optional<String> unsupported(NodeDef product) {
        return common(product)
                .or(
                        () ->
                                Operations.of(product).isConvolution()
                                        ? convolution(product)
                                        : dense(product));
    }

    /** Output channels of a supported layer. */
    int outputs(NodeDef product) {
        var shape = FloatTensor.of(graph.input(product, 1)).shape();
        if (Operations.of(product).isDepthwise()) {
            return (int) (shape[2] * shape[3]);
        }
        var layout = Operations.of(product).kernel().orElseThrow();
        return (int) shape[layout.outputAxis(product, 1, shape.length).orElseThrow()];
    }

    private Optional<String> common(NodeDef product) {
        var kernel = LayerKernel.of(graph, product);
        if (Attributes.of(product).type("T", DataType.DT_FLOAT) != DataType.DT_FLOAT) {
            return Optional.of("its arithmetic is not float32");
        }
        if (kernel.isEmpty()) {
            return Optional.of("its weights are computed by the graph, not constant");
        }
        if (kernel.get().slot() == 0) {
            return Optional.of(
                    "its weights are the left factor; the int8 kernels take them as the right one");
        }
        if (graph.input(product, Operations.of(product).featureSlot()).getOp().equals("Const")) {
            return Optional.of("its input is constant");
        }
        for (float weight : kernel.get().values().values()) {
            if (!Float.isFinite(weight)) {
                return Optional.of("one of its weights is not finite");
            }
        }
        return Optional.empty();
    }

    private Optional<String> convolution(NodeDef conv) {
        var attributes = Attributes.of(conv);
        var filter = FloatTensor.of(graph.input(conv, 1));
        if (!attributes.channelsLast()) {
            return Optional.of("its data format is NCHW; the int8 kernels take NHWC");
        }
        if (!keepsBatchAndChannels(attributes.ints("strides", List.of()))
                || !keepsBatchAndChannels(attributes.ints("dilations", List.of()))) {
            return Optional.of("it strides over the batch or the channels");
        }
        var operation = Operations.of(conv);
        var input = shapes.of(TensorRef.parse(conv.getInput(operation.featureSlot())));
        int channels = filter.rank() - 1;
        if (input.numDimensions() != filter.rank() || input.get(channels) < 0) {
            return Optional.of("its number of input channels is not known");
        }
        return operation.isTransposedConvolution()
                ? transposed(conv, input.get(channels), filter.shape())
                : Optional.empty();
    }

    private static Optional<String> transposed(NodeDef conv, long channels, long... filter) {
        var attributes = Attributes.of(conv);
        if (channels != filter[3]) {
            return Optional.of("it is transposed and grouped");
        }
        if (attributes.ints("dilations", List.of()).stream().anyMatch(step -> step != 1)) {
            return Optional.of("it is transposed and dilated");
        }
        return attributes.string("padding", "").equals("EXPLICIT")
                ? Optional.of("it is transposed, with explicit padding")
                : Optional.empty();
    }

    private static boolean keepsBatchAndChannels(List<Long> steps) {
        return steps.isEmpty() || steps.get(0) == 1 && steps.get(steps.size() - 1) == 1;
    }

    private Optional<String> dense(NodeDef product) {
        if (KernelLayout.isTransposed(product, 0)) {
            return Optional.of("its input is transposed");
        }
        return Optional.empty();
    }
}
