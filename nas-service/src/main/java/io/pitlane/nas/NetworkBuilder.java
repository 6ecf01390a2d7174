package io.pitlane.nas;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.weights.WeightInitializer;
import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.proto.VersionDef;

/**
 * Builds the graph of a genome with randomly initialized weights, in NHWC, with the interface of
 * the original.
 *
 * <pre>{@code
 * var graph = new NetworkBuilder(networkInterface, 17).build(Genome.parse("s16|c32x2s2"));
 * }</pre>
 */
final class NetworkBuilder {
    private static final int GRAPH_VERSION = 1882;
    private static final String IMAGE = "image";

    private final NetworkInterface target;
    private final long seed;

    /**
     * A builder of networks.
     *
     * @param target their inputs and outputs
     * @param seed of the initial weights
     */
    NetworkBuilder(NetworkInterface target, long seed) {
        this.target = target;
        this.seed = seed;
    }

    /** The graph of one architecture. */
    FlatGraph build(Genome genome) {
        var network = Network.of(genome, target.shape());
        var nodes = new LayerNodes();
        var input = inputShape();
        nodes.add(
                NodeBuilder.of("Placeholder", IMAGE)
                        .type("dtype", target.input().dtype())
                        .shape("shape", input));
        nodes.alias(network.input(), channelsLast(nodes));
        network.layers().forEach(nodes::add);
        var head = network.layers().get(network.layers().size() - 1);
        var output = output(nodes, head.name());
        var version = VersionDef.newBuilder().setProducer(GRAPH_VERSION).build();
        var graph = GraphEditor.of(nodes.nodes(), signature(input, output), version).build();
        return WeightInitializer.initialize(graph, seed);
    }

    private long[] inputShape() {
        var shape = target.input().shape();
        return shape == null
                ? new long[] {-1, -1, -1, target.shape().channels()}
                : shape.stream().mapToLong(Long::longValue).toArray();
    }

    private String channelsLast(LayerNodes nodes) {
        var type = target.input().dtype();
        var image = type == DT_FLOAT ? IMAGE : nodes.cast(IMAGE + "/float", IMAGE, type);
        return switch (target.layout().order()) {
            case CHANNELS_LAST -> image;
            case CHANNELS_FIRST -> nodes.transpose("channels_last", image, 0, 2, 3, 1);
            case NO_CHANNELS -> nodes.expandLast("channels_last", image);
        };
    }

    private String output(LayerNodes nodes, String logits) {
        var scores =
                switch (target.outputActivation()) {
                    case SOFTMAX -> nodes.unary("Softmax", "probabilities", logits);
                    case SIGMOID -> nodes.unary("Sigmoid", "probabilities", logits);
                    case LINEAR -> logits;
                };
        return switch (outputRank()) {
            case 1 -> nodes.reshape("output", scores, -1);
            case 4 -> nodes.reshape("output", scores, -1, 1, 1, target.shape().classes());
            default -> scores;
        };
    }

    private int outputRank() {
        var shape = target.scores().shape();
        return shape == null ? 2 : shape.size();
    }

    private GraphSignature signature(long[] input, String output) {
        long batch = target.layout().batch();
        long classes = target.shape().classes();
        var shape =
                switch (outputRank()) {
                    case 1 -> List.of(batch);
                    case 4 -> List.of(batch, 1L, 1L, classes);
                    default -> List.of(batch, classes);
                };
        return new GraphSignature(
                target.signatureKey(),
                List.of(
                        new GraphSignature.Port(
                                target.input().name(),
                                TensorRef.of(IMAGE),
                                target.input().dtype(),
                                LongStream.of(input).boxed().toList())),
                List.of(
                        new GraphSignature.Port(
                                target.scores().name(), TensorRef.of(output), DT_FLOAT, shape)));
    }
}
