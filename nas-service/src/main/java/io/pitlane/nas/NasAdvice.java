package io.pitlane.nas;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;

/** Whether a search can build networks in a model's place. */
final class NasAdvice {
    private NasAdvice() {}

    static ModelAdvice of(FlatGraph graph) {
        var inputs = graph.signature().inputs();
        if (inputs.size() != 1) {
            return new ModelAdvice(
                    List.of(
                            "The model has %d inputs: networks are built for one, the image."
                                    .formatted(inputs.size())));
        }
        var shapes = InferredShapes.of(graph);
        return new ModelAdvice(
                List.of(
                        graph.signature().outputs().stream()
                                .flatMap(port -> classes(port, shapes).stream())
                                .findFirst()
                                .map(
                                        scores ->
                                                "Networks are built for "
                                                        + inputs.get(0).name()
                                                        + scores)
                                .orElse(
                                        "No output holds class scores [N, classes]: only classifiers are "
                                                + "searched for.")));
    }

    private static Optional<String> classes(GraphSignature.Port port, InferredShapes shapes) {
        var shape = shapes.of(port.tensor());
        if (port.dtype() != DataType.DT_FLOAT || shape.isUnknown()) {
            return Optional.empty();
        }
        int rank = shape.numDimensions();
        boolean flat = rank == 2 || rank == 4 && shape.get(1) == 1 && shape.get(2) == 1;
        return flat && shape.get(rank - 1) > 1
                ? Optional.of(
                        " in, %d classes out, as %s.".formatted(shape.get(rank - 1), port.name()))
                : Optional.empty();
    }
}
