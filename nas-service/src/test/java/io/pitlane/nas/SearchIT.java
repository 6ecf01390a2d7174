package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@Tag("containers")
@Timeout(600)
class SearchIT {
    private static final int TRIALS = 8;
    private static final int EPOCHS = 4;
    private static final String PLAN =
            """
            name: quadrants
            model: original
            data:
              train: {images: train-images, labels: train-labels}
              test: {images: train-images, labels: train-labels}
            input: {channels: grey, scale: 0.004}
            steps:
              - nas:
                  space:
                    stem: {width: [4, 8]}
                    stages: [{width: [8, 16], depth: [1, 2]}]
                  search: {population: 3, parallel: 3}
                  trial: {epochs: 4, learningRate: 0.02, batchSize: 16}
                  budget: {trials: 8}
                  training: {epochs: 200, learningRate: 0.02, batchSize: 16}
            seed: 5
            """;

    @TempDir Path folder;
    private SearchTestBed testBed;

    @BeforeEach
    void open() {
        testBed = SearchTestBed.open(folder, UUID.randomUUID().toString());
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void aSearchLosesAndRepeatsNoTrialWhenReplicasAreKilled() throws IOException {
        // Given
        testBed.start("first");
        testBed.start("second");
        submit();
        untilScoredBy("first", "second");
        var early = testBed.scores(TRIALS, EPOCHS);

        // When
        testBed.kill("second");
        SearchTestBed.until(
                () ->
                        assertThat(testBed.scores(TRIALS, EPOCHS))
                                .hasSizeGreaterThan(Math.min(early.size(), TRIALS - 2)));
        testBed.kill("first");
        testBed.start("third");
        SearchTestBed.until(() -> assertThat(testBed.isCheckpointed()).isTrue());
        testBed.kill("third");
        testBed.start("fourth");

        // Then
        var next = testBed.followingJob();
        var scores = testBed.scores(TRIALS, EPOCHS);
        assertThat(scores).hasSize(TRIALS + 1);
        assertThat(scores.stream().map(TrialScore::key)).doesNotHaveDuplicates();
        assertThat(scores).extracting(TrialScore::failure).containsOnlyNulls();
        assertThat(scores).containsAll(early);
        assertThat(replicas(scores)).containsKey("third").doesNotContainKey("fourth");
        assertThat(testBed.progressMessages())
                .anyMatch(message -> message.matches("winner: resumed at step \\d+.*"))
                .anyMatch(message -> message.matches("trial 8/8, best .* MACs: s.*"));
        var winner = next.models().get(1);
        var genome = winner.notes().get(0).replace("genome: ", "");
        assertThat(scores).extracting(TrialScore::genome).contains(genome);
        assertThat(Genome.parse(genome)).hasToString(genome);
        var model = SavedModelReader.read(testBed.unpacked(winner));
        assertThat(model.signature().outputs().get(0).name()).isEqualTo("probs");
    }

    private void submit() throws IOException {
        QuadrantImages.write(folder, "train", 400, 1);
        var net = new TestNet(-1, 8, 8, 1);
        var conv = net.relu(net.bias("b1", net.conv("c1", "x", 1, 8), 8));
        var flat = net.reshape("flat", net.pool("p1", conv), -1, 128);
        var logits = net.bias("b2", net.dense("d", flat, 128, 4), 4);
        var original = folder.resolve("original");
        SavedModelWriter.write(net.graph(net.op("Softmax", "probs", logits)), original);
        testBed.submit(
                PlanReader.read(PLAN),
                original,
                Map.of(
                        "train-images",
                        folder.resolve("train-images"),
                        "train-labels",
                        folder.resolve("train-labels")));
    }

    private void untilScoredBy(String... names) {
        SearchTestBed.until(
                () -> assertThat(replicas(testBed.scores(TRIALS, EPOCHS))).containsKeys(names));
    }

    private static Map<String, Long> replicas(List<TrialScore> scores) {
        return scores.stream()
                .collect(Collectors.groupingBy(TrialScore::replica, Collectors.counting()));
    }
}
