package io.pitlane.nas;

import io.pitlane.contract.NasStep;
import io.pitlane.contract.NasStep.Strategy;
import io.pitlane.contract.Plan;
import io.pitlane.contract.PlanReader;
import io.pitlane.contract.TrialScore;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.graph.Footprint;
import io.pitlane.model.savedmodel.SavedModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Runs the search of a plan's nas step with every strategy and several seeds, in this process, and
 * prints what each picked. Every genome is trained once, with the plan's seed, so that searches
 * differ by what they choose and by nothing else.
 *
 * <pre>{@code
 * SearchBenchmark examples/nas-benchmark.yaml 3000 scores.jsonl 1 7 random evolution
 * }</pre>
 */
final class SearchBenchmark {
    private final NasStep step;
    private final Space space;
    private final Judgement judgement;
    private final Lesson lesson;
    private final Plan plan;
    private final MeasuredTrials trials;

    private SearchBenchmark(Path file, int images, Path scores) throws IOException {
        plan = PlanReader.read(Files.readString(file));
        step = (NasStep) plan.steps().get(0);
        var folder = file.toAbsolutePath().getParent();
        var original = SavedModelReader.read(folder.resolve(plan.model()));
        var all = ImageSet.open(plan.data().train(), folder);
        lesson = Lesson.of(plan, original, spread(all, images));
        var footprint = Footprint.of(original);
        var shape = lesson.outline().shape();
        space =
                new Space(
                        step.space() == null
                                ? DefaultSpace.of(shape, footprint.macs())
                                : step.space());
        judgement =
                new Judgement(
                        step.objective(),
                        score(
                                new Attempt(-1, null, 0, 0),
                                "original",
                                lesson.accuracy(original, step.trial()),
                                footprint.macs(),
                                footprint.parameters(),
                                0));
        trials = new MeasuredTrials(scores, this::trained);
    }

    private static ImageSet spread(ImageSet all, int wanted) {
        int size = Math.min(wanted, all.size());
        return all.subset(
                IntStream.range(0, size).map(i -> (int) ((long) i * all.size() / size)).toArray());
    }

    /**
     * Searches and prints.
     *
     * @param arguments the plan, whose first step is nas; how many of its training images are used;
     *     the file of the scores so far; the first seed; the number of seeds; the strategies
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 6) {
            System.err.println(
                    "usage: SearchBenchmark PLAN IMAGES SCORES FIRST_SEED SEEDS STRATEGY...");
            System.exit(2);
        }
        var benchmark =
                new SearchBenchmark(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Path.of(arguments[2]));
        int first = Integer.parseInt(arguments[3]);
        int seeds = Integer.parseInt(arguments[4]);
        System.out.println(benchmark.space.describe());
        for (int seed = first; seed < first + seeds; seed++) {
            for (int i = 5; i < arguments.length; i++) {
                var strategy = Strategy.valueOf(arguments[i].toUpperCase(Locale.ROOT));
                System.out.println(benchmark.line(strategy, seed));
            }
        }
    }

    private String line(Strategy strategy, int seed) throws IOException {
        var scores = search(strategy, seed);
        var picked = judgement.pick(judgement.front(scores)).score();
        double mean = scores.stream().mapToDouble(judgement::fitness).average().orElse(Double.NaN);
        return String.format(
                Locale.ROOT,
                "| %d | %s | %.4f | %.2f M | %.4f | %.4f | `%s` |",
                seed,
                strategy.name().toLowerCase(Locale.ROOT),
                picked.accuracy(),
                picked.macs() / 1e6,
                judgement.fitness(picked),
                mean,
                picked.genome());
    }

    private List<TrialScore> search(Strategy strategy, int seed) throws IOException {
        var search = new Search(space, with(strategy), genome -> true, judgement::fitness, seed);
        var waiting = new ArrayList<Attempt>();
        var scores = new ArrayList<TrialScore>();
        while (!search.finished()) {
            var next = search.next();
            if (next.isPresent()) {
                waiting.add(next.get());
            } else if (!waiting.isEmpty()) {
                var score = trials.score(waiting.remove(0));
                scores.add(score);
                search.scored(score);
            }
        }
        return scores;
    }

    private NasStep with(Strategy strategy) {
        var how = step.search();
        return new NasStep(
                step.space(),
                new NasStep.Search(
                        strategy,
                        how.population(),
                        how.tournament(),
                        how.parallel(),
                        how.halving()),
                step.objective(),
                step.trial(),
                step.budget(),
                step.softTargets(),
                step.training());
    }

    private TrialScore trained(Attempt attempt) {
        long begun = System.nanoTime();
        var genome = attempt.genome().canonical();
        var graph = new NetworkBuilder(lesson.outline(), plan.seed()).build(genome);
        var trained =
                lesson.train(graph, step.trial(), 0, trainer -> trainer, (share, message) -> {});
        double accuracy = lesson.accuracy(trained.graph(), step.trial());
        var network = Network.of(genome, lesson.outline().shape());
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.err.printf(
                Locale.ROOT,
                "%d %s %.4f %.2f M %.1f s%n",
                trials.size(),
                genome,
                accuracy,
                network.macs() / 1e6,
                seconds);
        return score(
                attempt,
                genome.toString(),
                accuracy,
                network.macs(),
                network.parameters(),
                seconds);
    }

    private static TrialScore score(
            Attempt attempt,
            String genome,
            double accuracy,
            long macs,
            long parameters,
            double seconds) {
        return new TrialScore(
                "benchmark",
                0,
                attempt.number(),
                genome,
                attempt.epochs(),
                null,
                accuracy,
                macs,
                parameters,
                null,
                null,
                "benchmark",
                seconds,
                Instant.EPOCH);
    }
}
