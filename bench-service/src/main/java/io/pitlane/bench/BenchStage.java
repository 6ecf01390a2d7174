package io.pitlane.bench;

import io.pitlane.contract.BenchStep;
import io.pitlane.contract.StageName;
import io.pitlane.model.eval.RecordedAnswers;
import io.pitlane.model.eval.Scoring;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Puts the original and every model of a run on the scales, through the test set and on the clock,
 * side by side in this process, and judges the last one against the plan's constraints.
 *
 * <ol>
 *   <li>weigh: size, parameters and multiply-accumulates, the original's of its flat graph;
 *   <li>examine: each model, alone in memory, answers the test set: accuracy, fidelity, memory;
 *   <li>time: all models together, in interleaved rounds on real test images, called as their users
 *       call them, through DJL; the original stands there in its faster form;
 *   <li>judge.
 * </ol>
 */
public final class BenchStage implements Stage {
    private static final double WEIGHED = 0.05;
    private static final double EXAMINED = 0.35;

    private final LatencyBenchmark benchmark = new LatencyBenchmark(System::nanoTime);

    @Override
    public StageName name() {
        return StageName.BENCH;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0, "reading the images");
        var data = TestData.open(task);
        var loader = ModelLoader.of(task.plan());
        var scales = new Scales(task.output(), task.plan().signature(), data);
        var weights = weigh(task, scales, new SteadyProgress(progress, 0, WEIGHED));
        var scoring = scoring(task, weights.get(0));
        var answers =
                examine(
                        task,
                        new Examination(
                                data,
                                loader,
                                scoring,
                                RecordedAnswers.in(task.output(), data.images().size()),
                                new PeakMemory()),
                        new SteadyProgress(progress, WEIGHED, EXAMINED));
        var baseline =
                new BaselineChoice(benchmark, loader)
                        .choose(task.original().savedModel(), weights.get(0).savedModel(), data);
        var times = time(task, loader, baseline, data, new SteadyProgress(progress, EXAMINED, 1));
        var environment = new EnvironmentProbe().probe();
        var remarks = new Remarks(task, environment.threads(), baseline, scoring, times);
        var subjects =
                IntStream.range(0, task.models().size())
                        .mapToObj(
                                i ->
                                        subject(
                                                task.models().get(i),
                                                weights.get(i),
                                                answers.get(i),
                                                times,
                                                remarks))
                        .toList();
        progress.at(1, "judged");
        return new StageOutcome.Measured(new ReportSheet(task, data, environment).of(subjects));
    }

    private static Subject subject(
            StageTask.LocalModel model,
            Weight weight,
            Answers answers,
            TimeTrial.Result times,
            Remarks remarks) {
        return new Subject(
                model, weight, answers, times.of(model.label()), remarks.on(model, answers));
    }

    private static Scoring scoring(StageTask task, Weight original) {
        var plan = task.plan();
        return Scoring.of(
                SavedModelReader.read(original.savedModel()),
                plan.task(),
                plan.output(),
                plan.input());
    }

    private static List<Weight> weigh(StageTask task, Scales scales, SteadyProgress progress) {
        var weights = new ArrayList<Weight>();
        for (var model : task.models()) {
            progress.at(
                    (double) weights.size() / task.models().size(), "weighing " + model.label());
            weights.add(weights.isEmpty() ? scales.original(model) : scales.made(model));
        }
        return weights;
    }

    private static List<Answers> examine(
            StageTask task, Examination examination, SteadyProgress progress) {
        try (examination) {
            examination.settle(task.original());
            var answers = new ArrayList<Answers>();
            for (var model : task.models()) {
                var part = progress.share(answers.size(), task.models().size());
                var message = "measuring the accuracy of " + model.label();
                answers.add(
                        answers.isEmpty()
                                ? examination.original(model, done -> part.at(done, message))
                                : examination.other(model, done -> part.at(done, message)));
            }
            return answers;
        }
    }

    private TimeTrial.Result time(
            StageTask task,
            ModelLoader loader,
            BaselineChoice.Baseline baseline,
            TestData data,
            SteadyProgress progress) {
        var folders = new LinkedHashMap<String, Path>();
        task.models().forEach(model -> folders.put(model.label(), model.savedModel()));
        folders.put(task.original().label(), baseline.savedModel());
        return new TimeTrial(benchmark, loader, task.options(BenchStep.class), data)
                .run(folders, progress);
    }
}
