package io.pitlane.prune;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.analysis.BlockChange;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.operation.ResidualBlock;
import io.pitlane.graph.operation.ResidualBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Removes the residual blocks that change their input least. */
final class BlockMethod implements PruningMethod {
    private static final int IMAGES = 64;

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var blocks = ResidualBlocks.of(graph);
        int removed = removed(step, blocks);
        if (removed == 0) {
            return new PrunedModel(graph, Map.of(), List.of(none(blocks)), List.of());
        }
        var changes =
                BlockChange.leastFirst(graph, blocks, context.images().batches(IMAGES, s -> {}));
        var least = changes.subList(0, removed);
        var pruned = ResidualBlocks.without(graph, least.stream().map(BlockChange::block).toList());
        var notes = new ArrayList<String>();
        notes.add(
                "residual blocks removed: %d of %d whose shortcut is their input: %s"
                        .formatted(removed, blocks.size(), described(least)));
        if (removed < blocks.size()) {
            notes.add("blocks kept: " + described(changes.subList(removed, blocks.size())));
        }
        return new PrunedModel(pruned, Map.of(), notes, List.of());
    }

    private static int removed(PruneStep step, List<ResidualBlock> blocks) {
        if (step.blocks() == null) {
            return (int) Math.round(step.ratio() * blocks.size());
        }
        if (!blocks.isEmpty() && step.blocks() > blocks.size()) {
            throw invalidInput(
                    "prune.blocks: %d, but the model has only %d residual blocks that can be removed."
                            .formatted(step.blocks(), blocks.size()),
                    "Remove at most %d.".formatted(blocks.size()));
        }
        return Math.min(step.blocks(), blocks.size());
    }

    private static String none(List<ResidualBlock> blocks) {
        return blocks.isEmpty()
                ? "residual blocks removed: 0; the model has no addition of a tensor and a branch"
                        + " that is computed from this tensor alone and has the same shape"
                : "residual blocks removed: 0 of %d; the ratio is less than half a block"
                        .formatted(blocks.size());
    }

    private static String described(List<BlockChange> changes) {
        return changes.stream().map(BlockChange::describe).collect(Collectors.joining(", "));
    }

    /** How many blocks can be removed. */
    static String advice(FlatGraph graph) {
        var blocks = ResidualBlocks.of(graph);
        return blocks.isEmpty()
                ? "No residual block can be removed as a whole."
                : "Residual blocks that can be removed as a whole: %d (%s)."
                        .formatted(
                                blocks.size(),
                                blocks.stream()
                                        .map(ResidualBlock::name)
                                        .collect(Collectors.joining(", ")));
    }
}
