package io.pitlane.nas;

import io.pitlane.contract.NasStep;
import io.pitlane.contract.NasStep.Cost;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.Footprint;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.train.FileCheckpoints;
import io.pitlane.nas.build.NetworkBuilder;
import io.pitlane.nas.build.OriginalOutline;
import io.pitlane.nas.space.Genome;
import io.pitlane.nas.space.Network;
import io.pitlane.nas.train.Lesson;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.TrialStage;

/**
 * Trains one architecture for some epochs and scores it on the training images set aside; or scores
 * the original as it is.
 */
public final class NasTrialStage implements TrialStage {
    private static final double TRAINED = 0.9;

    @Override
    public TrialScore score(StageTask task, Trial trial, ProgressListener progress) {
        var plan = task.plan();
        var original = SavedModelReader.read(task.original().savedModel(), plan.signature());
        var images = ImageSet.open(plan.data().train(), task.data());
        var lesson = Lesson.of(plan, original, images);
        var step = task.options(NasStep.class);
        if (trial.genome().equals(Trial.ORIGINAL)) {
            var sized = new OriginalOutline(original, plan, images).sized();
            var footprint = Footprint.of(sized);
            return scored(trial, lesson, step, original, footprint.macs(), footprint.parameters())
                    .with(lesson.outline().shape());
        }
        var genome = Genome.parse(trial.genome());
        var network = Network.of(genome, lesson.outline().shape());
        var trained = trained(task, trial, lesson, progress);
        progress.at(TRAINED, "scoring " + trial.genome());
        return scored(trial, lesson, step, trained, network.macs(), network.parameters());
    }

    private static FlatGraph trained(
            StageTask task, Trial trial, Lesson lesson, ProgressListener progress) {
        var genome = Genome.parse(trial.genome());
        var options = task.options(NasStep.class).trial().withEpochs(trial.epochs());
        var every = task.checkpointInterval();
        return lesson.train(
                        new NetworkBuilder(lesson.outline(), task.plan().seed()).build(genome),
                        options,
                        0,
                        trainer ->
                                trainer.withCheckpoints(
                                        new FileCheckpoints(task.checkpoints(), every), "trial"),
                        (share, message) ->
                                progress.at(share * TRAINED, trial.genome() + ": " + message))
                .graph();
    }

    private static TrialScore scored(
            Trial trial,
            Lesson lesson,
            NasStep step,
            FlatGraph network,
            long macs,
            long parameters) {
        var latency =
                step.objective().cost() == Cost.LATENCY ? lesson.latencyMillis(network) : null;
        return TrialScore.of(
                trial, lesson.accuracy(network, step.trial()), macs, parameters, latency);
    }
}
