package io.pitlane.nas;

import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.trial.TrialSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Replicas in this process: each wait scores a random one of the published trials. */
final class InMemoryTrialSearch implements TrialSearch {
    private final Map<String, Trial> published = new LinkedHashMap<>();
    private final List<Trial> pending = new ArrayList<>();
    private final List<TrialScore> scores = new ArrayList<>();
    private final Function<Trial, TrialScore> scorer;
    private final Random random;

    /** Replicas that score trials with this function. */
    InMemoryTrialSearch(Function<Trial, TrialScore> scorer, long seed) {
        this.scorer = scorer;
        this.random = new Random(seed);
    }

    @Override
    public List<TrialScore> scores() {
        return List.copyOf(scores);
    }

    @Override
    public List<Trial> pending() {
        return List.copyOf(pending);
    }

    @Override
    public int replicas() {
        return 2;
    }

    @Override
    public void publish(Trial trial) {
        if (published.putIfAbsent(trial.key(), trial) == null) {
            pending.add(trial);
        }
    }

    @Override
    public boolean await(Duration atMost) {
        if (pending.isEmpty()) {
            throw new AssertionError("waits for scores, but no trial is pending");
        }
        var trial = pending.remove(random.nextInt(pending.size()));
        int done = scores.size();
        scores.add(
                scorer.apply(trial)
                        .by("replica-" + done % 2, 1, Instant.EPOCH.plusSeconds(done * 60L)));
        return true;
    }

    @Override
    public void close() {}
}
