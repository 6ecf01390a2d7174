package io.pitlane.nas;

import io.pitlane.contract.ContractJson;
import io.pitlane.contract.TrialScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The scores of trainings, each done once: a genome trained for so many epochs has one score,
 * whoever asks. Kept in a file, a line each.
 */
final class MeasuredTrials {
    private final Path file;
    private final Function<Attempt, TrialScore> trainer;
    private final Map<String, TrialScore> scores = new HashMap<>();

    MeasuredTrials(Path file, Function<Attempt, TrialScore> trainer) throws IOException {
        this.file = file;
        this.trainer = trainer;
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                var score = ContractJson.MAPPER.readValue(line, TrialScore.class);
                scores.put(key(score.genome(), score.epochs()), score);
            }
        }
    }

    private static String key(String genome, int epochs) {
        return genome + ":" + epochs;
    }

    int size() {
        return scores.size();
    }

    TrialScore score(Attempt attempt) throws IOException {
        var key = key(attempt.genome().canonical().toString(), attempt.epochs());
        if (!scores.containsKey(key)) {
            var score = trainer.apply(attempt);
            scores.put(key, score);
            Files.writeString(
                    file,
                    ContractJson.MAPPER.writeValueAsString(score) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        return numbered(scores.get(key), attempt);
    }

    private static TrialScore numbered(TrialScore score, Attempt attempt) {
        return new TrialScore(
                score.runId(),
                score.step(),
                attempt.number(),
                score.genome(),
                attempt.epochs(),
                null,
                score.accuracy(),
                score.macs(),
                score.parameters(),
                score.latencyMillis(),
                score.failure(),
                score.replica(),
                score.seconds(),
                score.at());
    }
}
