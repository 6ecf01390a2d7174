package io.pitlane.nas;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import io.pitlane.contract.step.SearchOptions;
import io.pitlane.contract.step.SearchOptions.Strategy;
import io.pitlane.data.ImageSet;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.nas.ArchitectureSearch.ProposedTrial;
import io.pitlane.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Compares search strategies: runs the search of a plan's nas step with each strategy and seed, in
 * this process, and prints the pick. Every genome is trained once, with the plan's seed, so that
 * searches differ only in their choices.
 *
 * <pre>{@code
 * SearchBenchmark examples/nas-benchmark.yaml 3000 scores.jsonl 1 7 random evolution
 * }</pre>
 */
final class SearchBenchmark {
    private final NasStep step;
    private final ArchitectureSpace space;
    private final TrialRanking ranking;
    private final TrialTraining training;
    private final Plan plan;
    private final TrialScoreCache trials;

    private SearchBenchmark(Path file, int images, Path scores) throws IOException {
        plan = PlanReader.read(Files.readString(file));
        step = (NasStep) plan.steps().get(0);
        var folder = file.toAbsolutePath().getParent();
        var original = SavedModelReader.read(folder.resolve(plan.model()));
        var all = ImageSources.open(plan.data().train(), folder);
        training = TrialTraining.of(plan, original, evenSubset(all, images));
        var footprint = Footprint.of(original);
        var shape = training.target().shape();
        space =
                new ArchitectureSpace(
                        step.space() == null
                                ? DefaultSearchSpace.of(shape, footprint.macs())
                                : step.space());
        ranking =
                new TrialRanking(
                        step.objective(),
                        score(
                                new ProposedTrial(-1, null, 0, 0),
                                "original",
                                training.accuracy(original, step.trial()),
                                footprint.macs(),
                                footprint.parameters(),
                                0));
        trials = new TrialScoreCache(scores, this::trainAndScore);
    }

    private static ImageSet evenSubset(ImageSet all, int wanted) {
        int size = Math.min(wanted, all.size());
        return all.subset(
                IntStream.range(0, size).map(i -> (int) ((long) i * all.size() / size)).toArray());
    }

    /**
     * Searches and prints.
     *
     * @param arguments the plan, whose first step is nas; the number of training images to use; the
     *     file of cached scores; the first seed; the number of seeds; the strategies
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
        System.out.println(benchmark.space.summary());
        for (int seed = first; seed < first + seeds; seed++) {
            for (int i = 5; i < arguments.length; i++) {
                var strategy = Strategy.valueOf(arguments[i].toUpperCase(Locale.ROOT));
                System.out.println(benchmark.line(strategy, seed));
            }
        }
    }

    private String line(Strategy strategy, int seed) throws IOException {
        var scores = search(strategy, seed);
        var picked = ranking.pick(ranking.paretoFront(scores)).score();
        double mean = scores.stream().mapToDouble(ranking::fitness).average().orElse(Double.NaN);
        return String.format(
                Locale.ROOT,
                "| %d | %s | %.4f | %.2f M | %.4f | %.4f | `%s` |",
                seed,
                strategy.name().toLowerCase(Locale.ROOT),
                picked.accuracy(),
                picked.macs() / 1e6,
                ranking.fitness(picked),
                mean,
                picked.genome());
    }

    private List<TrialScore> search(Strategy strategy, int seed) throws IOException {
        var search =
                new ArchitectureSearch(
                        space, with(strategy), genome -> true, ranking::fitness, seed);
        var pending = new ArrayList<ProposedTrial>();
        var scores = new ArrayList<TrialScore>();
        while (!search.finished()) {
            var next = search.next();
            if (next.isPresent()) {
                pending.add(next.get());
            } else if (!pending.isEmpty()) {
                var score = trials.score(pending.remove(0));
                scores.add(score);
                search.addScore(score);
            }
        }
        return scores;
    }

    private NasStep with(Strategy strategy) {
        var options = step.search();
        return step.toBuilder()
                .search(
                        SearchOptions.builder()
                                .strategy(strategy)
                                .population(options.population())
                                .tournament(options.tournament())
                                .parallel(options.parallel())
                                .halving(options.halving())
                                .build())
                .build();
    }

    private TrialScore trainAndScore(ProposedTrial trial) {
        long start = System.nanoTime();
        var genome = trial.genome().canonical();
        var graph = new NetworkBuilder(training.target(), plan.seed()).build(genome);
        var trained =
                training.train(
                        graph,
                        step.trial(),
                        TrialTraining.LABELS_ONLY,
                        trainer -> trainer,
                        TrainingListener.NONE);
        double accuracy = training.accuracy(trained.graph(), step.trial());
        var network = Network.of(genome, training.target().shape());
        double seconds = (System.nanoTime() - start) / 1e9;
        System.err.printf(
                Locale.ROOT,
                "%d %s %.4f %.2f M %.1f s%n",
                trials.size(),
                genome,
                accuracy,
                network.macs() / 1e6,
                seconds);
        return score(
                trial, genome.toString(), accuracy, network.macs(), network.parameters(), seconds);
    }

    private static TrialScore score(
            ProposedTrial trial,
            String genome,
            double accuracy,
            long macs,
            long parameters,
            double seconds) {
        return TrialScore.builder()
                .runId("benchmark")
                .step(0)
                .number(trial.number())
                .genome(genome)
                .epochs(trial.epochs())
                .accuracy(accuracy)
                .macs(macs)
                .parameters(parameters)
                .replica("benchmark")
                .seconds(seconds)
                .at(Instant.EPOCH)
                .build();
    }
}
