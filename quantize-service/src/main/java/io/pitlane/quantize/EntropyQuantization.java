package io.pitlane.quantize;

import io.pitlane.analysis.ErrorMemory;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.finding.QuantizationLadder.Rung;
import io.pitlane.contract.quantization.RateOptions;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.DeadChannels;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import io.pitlane.training.checkpoint.FileCheckpoints;
import io.pitlane.training.weights.WeightFinder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Scheme entropy: trains weights for the bits that they take in the packed form, with the weight of
 * a bit that the step names, or with the one that a limit or a budget of bytes chooses ({@link
 * LambdaSearch}). An attempt starts from the weights of the one with the next lower lambda. A
 * search that is resumed goes on where it was: finished trainings are in checkpoints.
 */
final class EntropyQuantization {
    private static final LambdaSearch SEARCH =
            new LambdaSearch(RateOptions.DEFAULT_LAMBDA, RateOptions.MOST_TRAININGS);

    private final StageTask task;
    private final TrainingImages images;
    private final FlatGraph floats;
    private final EntropyTraining training;
    private final ErrorMemory memory;
    private final ProgressListener progress;
    private final List<Rung> rungs = new ArrayList<>();

    /**
     * Of the current model of a task.
     *
     * @param graph float
     */
    EntropyQuantization(
            StageTask task,
            FlatGraph graph,
            TrainingImages images,
            FileCheckpoints checkpoints,
            ProgressListener progress) {
        this.task = task;
        this.images = images;
        this.floats = new BatchNormFolding().apply(graph);
        this.training = new EntropyTraining(task.plan(), images.all(), checkpoints);
        this.memory = new ErrorMemory(checkpoints, "entropy-search");
        this.progress = progress;
    }

    /**
     * An attempt of a search.
     *
     * @param number from 1
     * @param bytes of the packed file
     */
    private record Attempt(int number, double lambda, DeadChannels.Result model, int bytes) {
        FlatGraph graph() {
            return model.graph();
        }
    }

    /** The model, and the attempts of a search. */
    Ladder.Result quantize(QuantizeStep step) {
        var limit = QualityLimit.of(step);
        if (limit.isPresent()) {
            return within(step, limit.get());
        }
        if (step.budget() != null) {
            return within(step, step.budget().sizeBytes());
        }
        var rate = step.rate();
        double lambda = rate.lambda() == null ? RateOptions.DEFAULT_LAMBDA : rate.lambda();
        var only = attempt(step, 1, lambda, floats, progress);
        return new Ladder.Result(model(only, List.of()), List.of());
    }

    private Ladder.Result within(QuantizeStep step, long bytes) {
        var made = new ArrayList<Attempt>();
        var best =
                SEARCH.best(
                        false,
                        lambda -> next(step, lambda, made),
                        attempt -> attempt.bytes() <= bytes);
        var note =
                "budget.sizeBytes %d %s, by attempt %d of %d"
                        .formatted(
                                bytes,
                                best.bytes() <= bytes ? "kept" : "not reached",
                                best.number(),
                                made.size());
        return new Ladder.Result(model(best, List.of(note)), List.of());
    }

    private Ladder.Result within(QuantizeStep step, QualityLimit limit) {
        var plan = task.plan();
        try (var validation =
                ModelComparison.with(
                        floats, plan, images.validation(step.training()), task.output())) {
            var before = validation.before().map(Accuracy.Headline::value);
            var made = new ArrayList<Attempt>();
            var best =
                    SEARCH.best(
                            true,
                            lambda -> next(step, lambda, made),
                            attempt -> {
                                var error =
                                        memory.error(
                                                "%s %d"
                                                        .formatted(
                                                                withLambda(step, attempt),
                                                                attempt.number()),
                                                () -> validation.of(attempt.graph()));
                                double value = limit.measured(before, error);
                                boolean held = limit.holds(value);
                                rungs.add(rung(step, attempt, error, value, held));
                                return held;
                            });
            var chosen = rungs.get(best.number() - 1);
            var note =
                    String.format(
                            Locale.ROOT,
                            "%s %s %s, by attempt %d of %d: %.4g on %d validation images",
                            limit.option(),
                            limit.value(),
                            chosen.held() ? "kept" : "not kept",
                            best.number(),
                            made.size(),
                            chosen.measured(),
                            validation.images());
            Finding finding =
                    new QuantizationLadder(
                            limit.option(),
                            limit.value(),
                            validation.images(),
                            before.orElse(null),
                            rungs,
                            chosen.name(),
                            chosen.held());
            return new Ladder.Result(model(best, List.of(note)), List.of(finding));
        }
    }

    private Rung rung(
            QuantizeStep step, Attempt attempt, OutputError error, double value, boolean held) {
        var name =
                String.format(
                        Locale.ROOT, "lambda %.3g: %d bytes", attempt.lambda(), attempt.bytes());
        return new Rung(name, withLambda(step, attempt), error, value, held);
    }

    /** The step that makes the model of an attempt, but for where its training starts. */
    private static QuantizeStep withLambda(QuantizeStep step, Attempt attempt) {
        return step.toBuilder()
                .rate(step.rate().withLambda(attempt.lambda()))
                .maxAccuracyDrop(null)
                .maxErrorIncrease(null)
                .minAgreement(null)
                .build();
    }

    private Attempt next(QuantizeStep step, double lambda, List<Attempt> made) {
        int number = made.size() + 1;
        var start =
                made.stream()
                        .filter(attempt -> attempt.lambda() < lambda)
                        .max(Comparator.comparing(Attempt::lambda))
                        .map(Attempt::graph)
                        .orElse(floats);
        double share = 1.0 / SEARCH.most();
        var part =
                progress.part(
                        made.size() * share,
                        number * share,
                        String.format(Locale.ROOT, "lambda %.3g", lambda));
        made.add(attempt(step, number, lambda, start, part));
        return made.get(number - 1);
    }

    private Attempt attempt(
            QuantizeStep step,
            int number,
            double lambda,
            FlatGraph start,
            ProgressListener listener) {
        var model =
                training.train(
                        start,
                        floats,
                        step.rate().withLambda(lambda),
                        step.training(),
                        "entropy-" + number,
                        listener::at);
        return new Attempt(number, lambda, model, PackedModelWriter.pack(model.graph()).length);
    }

    private QuantizedModel model(Attempt attempt, List<String> more) {
        var notes = new ArrayList<String>();
        notes.add(describe(attempt));
        if (attempt.model().removed() > 0) {
            notes.add(
                    "%d channels that no weight reads are removed"
                            .formatted(attempt.model().removed()));
        }
        EntropyTraining.whyChannelsStay(floats)
                .ifPresent(reason -> notes.add("every channel stays, because " + reason));
        notes.addAll(more);
        return new QuantizedModel(attempt.graph(), floats, notes, List.of());
    }

    private String describe(Attempt attempt) {
        return String.format(
                Locale.ROOT,
                "trained for rate with lambda %.3g: %d of %d weights are not 0; the packed file has"
                        + " %d bytes",
                attempt.lambda(),
                weights(attempt.graph(), true),
                weights(floats, false),
                attempt.bytes());
    }

    private static long weights(FlatGraph graph, boolean nonZero) {
        var plain = QuantizedGraph.of(graph).floats();
        long count = 0;
        for (var weight : WeightFinder.find(plain)) {
            for (float value : FloatTensor.of(plain.node(weight.name())).values()) {
                count += value != 0 || !nonZero ? 1 : 0;
            }
        }
        return count;
    }
}
