package io.pitlane.nas;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.nas.ArchitectureSearch.ProposedTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The scores of trials, each trained once: the cache key is genome and epochs. A file keeps the
 * scores, one line each.
 */
final class TrialScoreCache {
    private final Path file;
    private final Function<ProposedTrial, TrialScore> scorer;
    private final Map<String, TrialScore> scores = new HashMap<>();

    TrialScoreCache(Path file, Function<ProposedTrial, TrialScore> scorer) throws IOException {
        this.file = file;
        this.scorer = scorer;
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

    TrialScore score(ProposedTrial trial) throws IOException {
        var key = key(trial.genome().canonical().toString(), trial.epochs());
        if (!scores.containsKey(key)) {
            var score = scorer.apply(trial);
            scores.put(key, score);
            Files.writeString(
                    file,
                    ContractJson.MAPPER.writeValueAsString(score) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        return withNumberOf(scores.get(key), trial);
    }

    private static TrialScore withNumberOf(TrialScore score, ProposedTrial trial) {
        return TrialScore.builder()
                .runId(score.runId())
                .step(score.step())
                .number(trial.number())
                .genome(score.genome())
                .epochs(trial.epochs())
                .accuracy(score.accuracy())
                .macs(score.macs())
                .parameters(score.parameters())
                .latencyMillis(score.latencyMillis())
                .failure(score.failure())
                .replica(score.replica())
                .seconds(score.seconds())
                .at(score.at())
                .build();
    }
}
