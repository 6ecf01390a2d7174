package io.pitlane.nas;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphEditor;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.NodeBuilder;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.train.FreshWeights;
import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.proto.VersionDef;

/**
 * Builds the graph of a genome with fresh weights, in NHWC, so that it can stand in for the
 * original.
 *
 * <pre>{@code
 * var graph = new NetworkBuilder(outline, 17).build(Genome.parse("s16|c32x2s2"));
 * }</pre>
 */
final class NetworkBuilder {
    private static final int GRAPH_VERSION = 1882;
    private static final String IMAGE = "image";

    private final Outline outline;
    private final long seed;

    /**
     * A builder of networks.
     *
     * @param outline what they look like from outside
     * @param seed decides the weights
     */
    NetworkBuilder(Outline outline, long seed) {
        this.outline = outline;
        this.seed = seed;
    }

    /** The graph of one architecture. */
    FlatGraph build(Genome genome) {
        var network = Network.of(genome, outline.shape());
        var nodes = new LayerNodes();
        var input = inputShape();
        nodes.add(
                NodeBuilder.of("Placeholder", IMAGE)
                        .type("dtype", outline.input().dtype())
                        .shape("shape", input));
        nodes.rename(network.input(), channelsLast(nodes));
        network.layers().forEach(nodes::add);
        var scores = (Layer.Scores) network.layers().get(network.layers().size() - 1);
        var output = ended(nodes, scores);
        var version = VersionDef.newBuilder().setProducer(GRAPH_VERSION).build();
        var graph = GraphEditor.of(nodes.made(), signature(input, output), version).build();
        return FreshWeights.in(graph, seed);
    }

    private long[] inputShape() {
        var shape = outline.input().shape();
        return shape == null
                ? new long[] {-1, -1, -1, outline.shape().channels()}
                : shape.stream().mapToLong(Long::longValue).toArray();
    }

    private String channelsLast(LayerNodes nodes) {
        var type = outline.input().dtype();
        var image = type == DT_FLOAT ? IMAGE : nodes.cast(IMAGE + "/float", IMAGE, type);
        return switch (outline.layout().order()) {
            case CHANNELS_LAST -> image;
            case CHANNELS_FIRST -> nodes.transpose("channels_last", image, 0, 2, 3, 1);
            case NO_CHANNELS -> nodes.expandLast("channels_last", image);
        };
    }

    private String ended(LayerNodes nodes, Layer.Scores scores) {
        var last =
                switch (outline.ending()) {
                    case SOFTMAX -> nodes.unary("Softmax", "probabilities", scores.name());
                    case SIGMOID -> nodes.unary("Sigmoid", "probabilities", scores.name());
                    case LOGITS -> scores.name();
                };
        return switch (rank()) {
            case 1 -> nodes.reshape("output", last, -1);
            case 4 -> nodes.reshape("output", last, -1, 1, 1, outline.shape().classes());
            default -> last;
        };
    }

    private int rank() {
        var shape = outline.scores().shape();
        return shape == null ? 2 : shape.size();
    }

    private GraphSignature signature(long[] input, String output) {
        var given = outline.input();
        long classes = outline.shape().classes();
        var shape =
                switch (rank()) {
                    case 1 -> List.of(batch());
                    case 4 -> List.of(batch(), 1L, 1L, classes);
                    default -> List.of(batch(), classes);
                };
        return new GraphSignature(
                outline.key(),
                List.of(
                        new GraphSignature.Port(
                                given.name(),
                                TensorRef.of(IMAGE),
                                given.dtype(),
                                LongStream.of(input).boxed().toList())),
                List.of(
                        new GraphSignature.Port(
                                outline.scores().name(), TensorRef.of(output), DT_FLOAT, shape)));
    }

    private long batch() {
        return outline.layout().batch();
    }
}
