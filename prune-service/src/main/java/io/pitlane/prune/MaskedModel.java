package io.pitlane.prune;

import io.pitlane.analysis.ErrorMemory;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.runtime.GraphSession;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Measures a model without some of its channels on a sample of the training images, by one forward
 * pass of a {@link MaskedGraph} each. A checkpoint after each lets a later attempt go on where this
 * one was. Must be closed.
 */
final class MaskedModel implements AutoCloseable {
    private static final String CHECKPOINT = "channel-sensitivity";

    private final FlatGraph graph;
    private final DependencyGraph dependencies;
    private final MaskedGraph masked;
    private final GraphSession session;
    private final ModelComparison comparison;
    private final ErrorMemory memory;

    /**
     * Measures the complete model.
     *
     * @param samples number of training images
     */
    MaskedModel(FlatGraph shared, int samples, PruningContext context) {
        var plan = context.plan();
        this.graph = VectorUnsharing.apply(shared);
        this.dependencies = DependencyGraph.of(graph);
        this.masked = new MaskedGraph(graph, dependencies);
        this.memory = new ErrorMemory(context.checkpoints(), CHECKPOINT);
        this.session = GraphSession.open(masked.graph(), plan.input());
        try {
            var images = context.images().sample(samples);
            var complete = session.with(masked.without(Set.of()));
            this.comparison = new ModelComparison(graph, complete, plan, images, context.folder());
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** The model, without shared vectors. */
    FlatGraph graph() {
        return graph;
    }

    /** The dependencies of its channels. */
    DependencyGraph dependencies() {
        return dependencies;
    }

    /** The comparison with the complete model. */
    ModelComparison comparison() {
        return comparison;
    }

    /**
     * The error without some channels.
     *
     * @param name of this measurement
     */
    OutputError without(String name, Set<Integer> channels) {
        return memory.error(
                name + " " + digest(channels),
                () -> comparison.of(session.with(masked.without(channels))));
    }

    /** The tries of a search share their checkpoints and the names of measurements. */
    private static UUID digest(Set<Integer> channels) {
        var sorted = new TreeSet<>(channels).toString();
        return UUID.nameUUIDFromBytes(sorted.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        comparison.close();
        session.close();
    }
}
