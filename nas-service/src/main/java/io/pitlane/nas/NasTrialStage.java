package io.pitlane.nas;

import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import io.pitlane.contract.step.SearchObjective.Cost;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.TrialStage;
import io.pitlane.training.checkpoint.FileCheckpoints;

/**
 * Trains one architecture for the epochs of its trial and scores it on the validation split; or
 * scores the original without training.
 */
public final class NasTrialStage implements TrialStage {
    private static final double TRAINING_SHARE = 0.9;

    @Override
    public TrialScore score(StageTask task, Trial trial, ProgressListener progress) {
        var plan = task.plan();
        var original = SavedModelReader.read(task.original().savedModel(), plan.signature());
        var images = ImageSources.open(plan.data().train(), task.data());
        var training = TrialTraining.of(plan, original, images);
        var step = task.options(NasStep.class);
        if (trial.genome().equals(Trial.ORIGINAL)) {
            var footprint = Footprint.of(training.target().withFixedInput(original));
            return score(trial, training, step, original, footprint.macs(), footprint.parameters())
                    .with(training.target().shape());
        }
        var genome = Genome.parse(trial.genome());
        var network = Network.of(genome, training.target().shape());
        var trained = train(task, trial, training, progress);
        progress.at(TRAINING_SHARE, "scoring " + trial.genome());
        return score(trial, training, step, trained, network.macs(), network.parameters());
    }

    private static FlatGraph train(
            StageTask task, Trial trial, TrialTraining training, ProgressListener progress) {
        var genome = Genome.parse(trial.genome());
        var options = task.options(NasStep.class).trial().withEpochs(trial.epochs());
        var every = task.checkpointInterval();
        return training.train(
                        new NetworkBuilder(training.target(), task.plan().seed()).build(genome),
                        options,
                        TrialTraining.LABELS_ONLY,
                        trainer ->
                                trainer.withCheckpoints(
                                        new FileCheckpoints(task.checkpoints(), every), "trial"),
                        progress.part(0, TRAINING_SHARE, trial.genome())::at)
                .graph();
    }

    private static TrialScore score(
            Trial trial,
            TrialTraining training,
            NasStep step,
            FlatGraph network,
            long macs,
            long parameters) {
        var latency =
                step.objective().cost() == Cost.LATENCY ? training.latencyMillis(network) : null;
        return TrialScore.of(
                trial, training.accuracy(network, step.trial()), macs, parameters, latency);
    }
}
