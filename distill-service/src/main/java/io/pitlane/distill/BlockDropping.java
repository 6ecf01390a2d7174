package io.pitlane.distill;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.analysis.BlockChange;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.ResidualBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Drops the residual blocks that change their input least, over a batch of images ({@link
 * BlockChange}).
 */
final class BlockDropping {
    private static final int IMAGES = 32;

    private final double share;
    private final ImageSet images;
    private final Preprocessor input;

    /**
     * @param share share of the blocks that stay, 0..1
     * @param images training images, to measure how much a block changes
     */
    BlockDropping(double share, ImageSet images, Preprocessor input) {
        this.share = share;
        this.images = images;
        this.input = input;
    }

    /**
     * A model with fewer blocks.
     *
     * @param graph the model
     * @param notes which blocks were dropped
     */
    record ShallowModel(FlatGraph graph, List<String> notes) {}

    /**
     * Drops the blocks that matter least.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it has no block to
     *     drop
     */
    ShallowModel apply(FlatGraph graph) {
        var blocks = ResidualBlocks.of(graph);
        if (blocks.isEmpty()) {
            throw invalidInput(
                    "student.depth: the model has no residual block that can be dropped: no addition"
                            + " of a tensor and a branch that is computed from this tensor alone"
                            + " and has the same shape.",
                    "Use student.width, or name a smaller model in student.model.");
        }
        int dropped = (int) Math.round((1 - share) * blocks.size());
        var least =
                BlockChange.leastFirst(graph, blocks, List.of(batch())).stream()
                        .limit(dropped)
                        .toList();
        var shallow =
                ResidualBlocks.without(graph, least.stream().map(BlockChange::block).toList());
        return new ShallowModel(shallow, notes(least, blocks.size()));
    }

    private static List<String> notes(List<BlockChange> dropped, int all) {
        var notes = new ArrayList<String>();
        notes.add(
                "the student is the current model without %d of its %d residual blocks of equal shape"
                        .formatted(dropped.size(), all));
        if (!dropped.isEmpty()) {
            notes.add(
                    "blocks left out: "
                            + dropped.stream()
                                    .map(BlockChange::describe)
                                    .collect(Collectors.joining(", ")));
        }
        return notes;
    }

    private FloatTensor batch() {
        int count = Math.min(IMAGES, images.size());
        int[] indices =
                IntStream.range(0, count)
                        .map(i -> (int) ((long) i * images.size() / count))
                        .toArray();
        try (var batches = new Batches(images, indices, input, count).inOrder()) {
            return batches.next().images();
        }
    }
}
