package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes channels in rounds (Han et al. 2015, "Learning both Weights and Connections for Efficient
 * Neural Networks", section 3.4): each round cuts a part, and a short training recovers before the
 * next one chooses again.
 *
 * <ol>
 *   <li>The allocation says how many channels each group loses in the end, as if cut at once.
 *   <li>Every round keeps the same share of the channels that are left, so that after the last of N
 *       rounds a group of n channels that loses t has lost {@code n (1 - (1 - t/n)^(k/N))} in round
 *       k, rounded.
 *   <li>Which channels go, the saliency says in each round, on the trained model.
 * </ol>
 */
final class PruningRounds {
    /** Epochs of the training between rounds: a share of those after the last. */
    private static final int SHARE_OF_EPOCHS = 4;

    /** Share of the work that a cut is. */
    private static final double CUT = 0.03;

    private final PruneStep step;
    private final PruningContext context;

    /** Cuts a model. */
    @FunctionalInterface
    interface Cut {
        PrunedModel cut(FlatGraph graph, ChannelAllocation allocation, PruningContext context);
    }

    PruningRounds(PruneStep step, PruningContext context) {
        this.step = step;
        this.context = context;
    }

    /** Epochs of the training between two rounds: none where none come after the last. */
    static int epochsBetween(int epochs) {
        return epochs == 0 ? 0 : Math.max(1, epochs / SHARE_OF_EPOCHS);
    }

    /** Share of the work, 0..1, that is done when the last training begins. */
    static double progress(PruneStep step) {
        int epochs = step.fineTune().epochs();
        double before = step.rounds() == null ? 0 : (step.rounds() - 1) * epochsBetween(epochs);
        return before == 0 ? CUT : before / (before + epochs);
    }

    /**
     * The model after the last round, which is not trained yet.
     *
     * @param atOnce the cut in one go: tells how many channels each group loses
     */
    PrunedModel prune(FlatGraph graph, ChannelPruning.Pruned atOnce, Cut cut) {
        var losses = losses(atOnce);
        int rounds = step.rounds();
        var epochs = epochsBetween(step.fineTune().epochs());
        var current = new PrunedModel(graph, Map.of(), List.of(), List.of());
        for (int round = 1; round <= rounds; round++) {
            var part = context.part((round - 1.0) / rounds, (double) round / rounds);
            var allocation = allocation(losses, (double) round / rounds);
            current = cut.cut(current.graph(), allocation, part);
            if (round < rounds && epochs > 0) {
                current = trained(current, epochs, round, part);
            }
        }
        return new PrunedModel(
                current.graph(),
                current.masks(),
                notes(atOnce, current, epochs),
                current.findings());
    }

    private PrunedModel trained(PrunedModel cut, int epochs, int round, PruningContext part) {
        var training = step.fineTune().withEpochs(epochs);
        var trained = new RecoveryTraining(step, part).train(cut, training, "round-" + round);
        return new PrunedModel(trained.graph(), cut.masks(), cut.notes(), cut.findings());
    }

    /** The first note of every round counts its own channels: the total is that of all rounds. */
    private List<String> notes(ChannelPruning.Pruned atOnce, PrunedModel last, int epochs) {
        var notes = new ArrayList<String>();
        notes.add(atOnce.notes().get(0));
        notes.add(
                "pruned in %d rounds, with %d epochs of fine-tuning between them"
                        .formatted(step.rounds(), epochs));
        notes.addAll(last.notes().subList(1, last.notes().size()));
        return notes;
    }

    /** How many channels the groups lose, by each of their layers. */
    private static Map<String, Loss> losses(ChannelPruning.Pruned atOnce) {
        var losses = new HashMap<String, Loss>();
        for (var group : atOnce.dependencies().groups()) {
            int lost =
                    (int)
                            Arrays.stream(group.removable())
                                    .filter(atOnce.removed()::contains)
                                    .count();
            var loss = new Loss(group.removable().length, lost);
            group.layers().forEach(layer -> losses.put(layer, loss));
        }
        return losses;
    }

    private static ChannelAllocation allocation(Map<String, Loss> losses, double share) {
        return (groups, saliency, selection) -> {
            for (var group : groups) {
                var loss = loss(losses, group);
                int wanted = loss.until(share) - loss.removed;
                if (wanted > 0) {
                    loss.removed += selection.remove(group, saliency.of(group), wanted);
                }
            }
        };
    }

    private static Loss loss(Map<String, Loss> losses, ChannelGroup group) {
        return group.layers().stream()
                .filter(losses::containsKey)
                .findFirst()
                .map(losses::get)
                .orElseGet(() -> new Loss(group.removable().length, 0));
    }

    /** The channels that a group loses over all rounds. */
    static final class Loss {
        private final int channels;
        private final int total;
        private int removed;

        Loss(int channels, int total) {
            this.channels = channels;
            this.total = total;
        }

        /**
         * Number of channels removed when a share of the rounds is done.
         *
         * @param share 0..1
         */
        int until(double share) {
            double kept = 1 - (double) total / channels;
            return share == 1 ? total : (int) Math.round(channels * (1 - Math.pow(kept, share)));
        }
    }
}
