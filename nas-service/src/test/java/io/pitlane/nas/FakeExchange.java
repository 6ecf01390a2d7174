package io.pitlane.nas;

import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.pipeline.trial.TrialSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Replicas in this process: each wait scores one of the published trials, any of them. */
final class FakeExchange implements TrialSearch {
    private final Map<String, Trial> published = new LinkedHashMap<>();
    private final List<Trial> waiting = new ArrayList<>();
    private final List<TrialScore> scores = new ArrayList<>();
    private final Function<Trial, TrialScore> replicas;
    private final Random random;

    /** Replicas that score so. */
    FakeExchange(Function<Trial, TrialScore> replicas, long seed) {
        this.replicas = replicas;
        this.random = new Random(seed);
    }

    @Override
    public List<TrialScore> scores() {
        return List.copyOf(scores);
    }

    @Override
    public List<Trial> pending() {
        return List.copyOf(waiting);
    }

    @Override
    public int replicas() {
        return 2;
    }

    @Override
    public void publish(Trial trial) {
        if (published.putIfAbsent(trial.key(), trial) == null) {
            waiting.add(trial);
        }
    }

    @Override
    public boolean await(Duration atMost) {
        if (waiting.isEmpty()) {
            throw new AssertionError("waits for scores, but no trial is at work");
        }
        var trial = waiting.remove(random.nextInt(waiting.size()));
        int done = scores.size();
        scores.add(
                replicas.apply(trial)
                        .by("replica-" + done % 2, 1, Instant.EPOCH.plusSeconds(done * 60L)));
        return true;
    }

    @Override
    public void close() {}
}
