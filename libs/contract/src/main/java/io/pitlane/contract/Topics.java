package io.pitlane.contract;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.CachedResult;
import io.pitlane.contract.run.Cancellation;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.Trigger;
import io.pitlane.contract.search.SearchEnd;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.StageName;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of the topics.
 *
 * @param prefix prefix of every name, such as {@code pitlane.}
 */
public record Topics(String prefix) {
    public static final Topics DEFAULT = new Topics("pitlane.");

    /** Jobs for one stage; value {@link Job}. */
    public String jobs(StageName stage) {
        return prefix + "jobs." + stage.label();
    }

    /** Trials, for all nas replicas; value {@link Trial}. */
    public String trials() {
        return prefix + "nas.trials";
    }

    /** The latest {@link TrialScore} of each trial, {@link SearchEnd} of each search; compacted. */
    public String scores() {
        return prefix + "nas.scores";
    }

    /** The latest {@link Checkpoint} of each running step; compacted. */
    public String checkpoints() {
        return prefix + "checkpoints";
    }

    /** Chunks of artifacts; binary. */
    public String artifacts() {
        return prefix + "artifacts";
    }

    /**
     * Chunks of checkpoints; binary. Only the last checkpoint of a step is needed, so that its
     * retention can be short.
     */
    public String checkpointArtifacts() {
        return prefix + "artifacts.checkpoints";
    }

    /** The latest {@link ArtifactRef} of each uploaded artifact by its digest; compacted. */
    public String artifactIndex() {
        return prefix + "artifacts.index";
    }

    /** The latest {@link CachedResult} by what the step's result depends on; compacted. */
    public String stepCache() {
        return prefix + "step-cache";
    }

    /** {@link Progress} events. */
    public String progress() {
        return prefix + "progress";
    }

    /** {@link RunResult} of runs that ended with a report. */
    public String results() {
        return prefix + "results";
    }

    /** {@link RunResult} of runs whose candidate passed and, where its plan asks, is approved. */
    public String released() {
        return prefix + "released";
    }

    /** {@link Failure} of runs that ended without a report. */
    public String failures() {
        return prefix + "failures";
    }

    /** The latest {@link RunState} by run id; compacted. */
    public String runs() {
        return prefix + "runs";
    }

    /** The {@link Cancellation} of each run that somebody cancelled; compacted. */
    public String cancellations() {
        return prefix + "cancellations";
    }

    /** Each {@link Approval} of a candidate that somebody sent; the first of a run counts. */
    public String approvals() {
        return prefix + "approvals";
    }

    /** Events that start the plan registered for a model; value {@link Trigger}. */
    public String triggers() {
        return prefix + "triggers";
    }

    /** The {@link RegisteredPlan} of each model by the model's name; compacted. */
    public String plans() {
        return prefix + "plans";
    }

    /** Malformed messages, with the reason in a header. */
    public String deadLetters() {
        return prefix + "dead-letters";
    }

    /** Every topic. */
    public List<String> all() {
        var all = new ArrayList<String>();
        for (var stage : StageName.values()) {
            all.add(jobs(stage));
        }
        all.addAll(
                List.of(
                        trials(),
                        scores(),
                        checkpoints(),
                        artifacts(),
                        checkpointArtifacts(),
                        artifactIndex(),
                        stepCache(),
                        progress(),
                        results(),
                        released(),
                        failures(),
                        runs(),
                        cancellations(),
                        approvals(),
                        triggers(),
                        plans(),
                        deadLetters()));
        return List.copyOf(all);
    }
}
