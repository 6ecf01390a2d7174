package io.pitlane.tests.faults;

import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import io.pitlane.pipeline.stage.Preparation;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.trial.TrialExchange;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Publishes as many trials as the budget says, a few at a time, and returns the number of every
 * score. The genomes are the words of the plan's name, and none for {@code unreadable}; the last
 * one is repeated.
 */
@ApplicationScoped
public class Coordinator implements Preparation {
    /** More than a record may hold, as the history of a long search is. */
    private static final String PADDING = " ".repeat(2 << 20);

    private final TrialExchange exchange;

    Coordinator(TrialExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public String prepare(Job job, ProgressListener progress, BooleanSupplier cancelled) {
        if (!(job.plan().steps().get(job.step()) instanceof NasStep step)) {
            return null;
        }
        var eventLog = new EventLog(job.plan().model());
        try (var search = exchange.open(job)) {
            eventLog.note("coordinator knows " + search.scores().size());
            var genomes = job.plan().name().split("-");
            for (int i = 0; i < step.budget().trials() && !cancelled.getAsBoolean(); i++) {
                search.publish(new Trial(job, i, genome(genomes, i), 1));
                while (search.pending().size() >= step.search().parallel()
                        && !cancelled.getAsBoolean()) {
                    search.await(Duration.ofMillis(500));
                }
            }
            while (!search.pending().isEmpty() && !cancelled.getAsBoolean()) {
                search.await(Duration.ofMillis(500));
                progress.at(0.5, search.scores().size() + " scores");
            }
            return search.scores().stream()
                    .map(TrialScore::number)
                    .sorted()
                    .map(String::valueOf)
                    .collect(Collectors.joining(" ", "", PADDING));
        }
    }

    private static String genome(String[] genomes, int number) {
        var genome = genomes[Math.min(number, genomes.length - 1)];
        return genome.equals("unreadable") ? null : genome;
    }
}
