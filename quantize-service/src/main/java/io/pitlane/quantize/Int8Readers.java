package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which tensors of a float graph the int8 layers read, as input or as summand. */
final class Int8Readers {
    private final FlatGraph graph;
    private final Set<TensorRef> read;

    Int8Readers(FlatGraph graph, List<FusedLayer> layers) {
        this.graph = graph;
        this.read =
                layers.stream()
                        .flatMap(l -> Stream.concat(Stream.of(l.input()), l.summand().stream()))
                        .collect(Collectors.toSet());
    }

    /** Whether a layer reads the bytes of a tensor, directly or pooled and moved. */
    boolean read(TensorRef tensor) {
        return read.contains(tensor)
                || graph.uses(tensor.node()).stream()
                        .map(FlatGraph.Use::consumer)
                        .filter(QuantizedPassThrough::supports)
                        .anyMatch(moved -> read(TensorRef.of(moved.getName())));
    }
}
