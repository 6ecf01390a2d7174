package io.pitlane.bench;

import io.pitlane.contract.BenchStep;
import io.pitlane.model.eval.Scoring;
import io.pitlane.pipeline.stage.StageTask;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reader has to know about how the figures came about. Remarks that concern every model
 * stand with the original.
 */
final class Remarks {
    private final StageTask task;
    private final int threads;
    private final BaselineChoice.Baseline baseline;
    private final Scoring scoring;
    private final TimeTrial.Result times;

    /**
     * Remarks on one bench.
     *
     * @param threads TensorFlow threads that there were
     */
    Remarks(
            StageTask task,
            int threads,
            BaselineChoice.Baseline baseline,
            Scoring scoring,
            TimeTrial.Result times) {
        this.task = task;
        this.threads = threads;
        this.baseline = baseline;
        this.scoring = scoring;
        this.times = times;
    }

    /** One sentence each. */
    List<String> on(StageTask.LocalModel model, Answers answers) {
        var sentences = new ArrayList<String>();
        if (model.equals(task.original())) {
            sentences.addAll(scoring.notes());
            sentences.add(baseline.note());
            addCaveats(answers, sentences);
        }
        times.remark(model.label()).ifPresent(sentences::add);
        return List.copyOf(sentences);
    }

    private void addCaveats(Answers answers, List<String> sentences) {
        int asked = task.options(BenchStep.class).threads();
        if (threads != asked) {
            sentences.add(
                    "Every model ran on %d TensorFlow threads, though the plan asks for %d."
                            .formatted(threads, asked));
        }
        if (answers.every() > 1) {
            sentences.add(
                    "The outputs are large: fidelity is over one of every %d images."
                            .formatted(answers.every()));
        }
        if (answers.peakMemoryBytes() == PeakMemory.UNKNOWN) {
            sentences.add("Peak memory is -1: this system does not tell it.");
        }
    }
}
