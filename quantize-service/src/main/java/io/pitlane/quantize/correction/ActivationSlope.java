package io.pitlane.quantize.correction;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.ArrayList;
import org.tensorflow.proto.DataType;

/**
 * A graph with one more output: 1 where the activation of a layer passes a value, and 0 where it
 * cuts it off.
 *
 * @param tensor in the shape of the layer's output
 */
record ActivationSlope(FlatGraph graph, TensorRef tensor) {

    /** Of a layer with an activation. */
    static ActivationSlope of(FlatGraph graph, FusedLayer layer) {
        var editor = graph.edit();
        var ones = editor.freshName(layer.output().node() + "/ones");
        var slope = editor.freshName(layer.output().node() + "/slope");
        editor.put(
                NodeBuilder.of("OnesLike", ones)
                        .input(layer.output())
                        .type("T", DataType.DT_FLOAT)
                        .build());
        editor.put(
                NodeBuilder.of(gradient(layer.activation()), slope)
                        .input(ones)
                        .input(layer.output())
                        .type("T", DataType.DT_FLOAT)
                        .build());
        var outputs = new ArrayList<>(graph.signature().outputs());
        outputs.add(new GraphSignature.Port(slope, TensorRef.of(slope), DataType.DT_FLOAT, null));
        return new ActivationSlope(editor.outputs(outputs).build(), TensorRef.of(slope));
    }

    private static String gradient(FusedActivation activation) {
        return switch (activation) {
            case RELU -> "ReluGrad";
            case RELU6 -> "Relu6Grad";
            case NONE -> throw new IllegalArgumentException("a layer without an activation");
        };
    }
}
