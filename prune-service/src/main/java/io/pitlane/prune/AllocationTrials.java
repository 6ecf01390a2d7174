package io.pitlane.prune;

import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.allocation.RemovalLoss;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Chooses the loss that an allocation minimises by measuring the whole cut. The losses of groups
 * are measured one by one, and those of a deep cut do not add up: cuts that follow the saliency
 * alone, the measured losses alone and sums of both are tried, one forward pass each, and the one
 * of the least error is taken.
 */
final class AllocationTrials {
    private static final double[] WEIGHTS = {0.1, 0.3, 1, 3, 10};

    private final MaskedModel model;
    private final Saliency saliency;
    private final Function<RemovalLoss, ChannelAllocation> allocation;

    /**
     * Trials of an allocation.
     *
     * @param allocation that minimises a loss
     */
    AllocationTrials(
            MaskedModel model,
            Saliency saliency,
            Function<RemovalLoss, ChannelAllocation> allocation) {
        this.model = model;
        this.saliency = saliency;
        this.allocation = allocation;
    }

    /** A loss, and what it is made of. */
    record Trial(String name, RemovalLoss loss) {}

    /** The trial whose cut changes the outputs least. */
    Trial best(ChannelSensitivity sensitivity, ProgressListener progress) {
        var trials = trials(sensitivity);
        var best = trials.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < trials.size(); i++) {
            var trial = trials.get(i);
            progress.at((double) i / trials.size(), "allocation by " + trial.name());
            double loss = loss(trial);
            if (loss < least) {
                least = loss;
                best = trial;
            }
        }
        return best;
    }

    private double loss(Trial trial) {
        var selection = new ChannelSelection(model.graph(), model.dependencies());
        allocation.apply(trial.loss()).select(model.dependencies().groups(), saliency, selection);
        return MeasuredLoss.loss(model.without(trial.name(), selection.removed()));
    }

    private static List<Trial> trials(ChannelSensitivity sensitivity) {
        var measured = new MeasuredLoss(sensitivity);
        var saliency = new SaliencyLoss();
        var trials = new ArrayList<Trial>();
        trials.add(new Trial("saliency", saliency));
        for (double weight : WEIGHTS) {
            trials.add(
                    new Trial(
                            "saliency and " + weight + " times the measured loss",
                            measured.addedTo(saliency, weight)));
        }
        trials.add(new Trial("the measured loss", measured));
        return trials;
    }
}
