package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.StageName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("containers")
@Timeout(600)
class TrialsIT extends SharedTestCluster {
    @Test
    @Tag("long")
    void aReplicaThatDiesLosesNoTrialAndEachIsScoredOnce() throws IOException {
        // Given
        var job = submit("wait", 6, 6);
        testCluster.launch("first", folder, Map.of());
        var second = testCluster.launch("second", folder, Map.of());
        TestCluster.untilNoted(eventLog, "trial ", 2);

        // When
        second.kill();
        eventLog.permit("go");
        eventLog.permit("win");

        // Then
        assertThat(winner()).isEqualTo("0 1 2 3 4 5");
        IntStream.range(0, 6).forEach(i -> assertThat(scores(job, i)).hasSize(1));
        assertThat(begun()).hasSize(7);
    }

    @Test
    @Tag("long")
    void aReplicaThatJoinsTakesItsShareAndNoTrialIsDoneTwice() throws IOException {
        // Given
        var job = submit("wait", 6, 6);
        testCluster.launch("first", folder, Map.of());
        TestCluster.untilNoted(eventLog, "trial ", 1);

        // When
        testCluster.launch("second", folder, Map.of());
        TestCluster.untilNoted(eventLog, "trial ", 2);
        eventLog.permit("go");
        eventLog.permit("win");

        // Then
        assertThat(winner()).isEqualTo("0 1 2 3 4 5");
        assertThat(begun()).hasSize(6);
        var replicas =
                IntStream.range(0, 6)
                        .mapToObj(i -> scores(job, i).get(0).replica())
                        .collect(Collectors.toSet());
        assertThat(replicas).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void aSearchThatIsTakenUpAgainKnowsWhatIsScoredAndWhatItCameTo() throws IOException {
        // Given
        var job = submit("works-works-wait-works", 5, 1);
        var first = testCluster.launch("first", folder, Map.of());
        TestCluster.untilNoted(eventLog, "trial 2", 1);

        // When
        first.kill();
        eventLog.permit("go");
        var second = testCluster.launch("second", folder, Map.of());
        TestCluster.untilNoted(eventLog, "winner begins", 1);
        second.kill();
        eventLog.permit("win");
        testCluster.launch("third", folder, Map.of());

        // Then
        assertThat(winner()).isEqualTo("0 1 2 3 4");
        assertThat(TestCluster.noted(eventLog, "coordinator"))
                .containsExactly("coordinator knows 0", "coordinator knows 2");
        assertThat(TestCluster.noted(eventLog, "winner begins")).hasSize(2);
        assertThat(begun())
                .containsExactly("trial 0", "trial 1", "trial 2", "trial 2", "trial 3", "trial 4");
        IntStream.range(0, 5).forEach(i -> assertThat(scores(job, i)).hasSize(1));
    }

    @Test
    void aTrialThatFailsIsAScoreThatSaysWhyAndTheRunGoesOn() throws IOException {
        // Given
        var job = submit("diverge-refuse-crash-exhaust-works", 5, 2);
        eventLog.permit("win");

        // When
        testCluster.launch("first", folder, Map.of());

        // Then
        assertThat(winner()).isEqualTo("0 1 2 3 4");
        assertThat(scores(job, 0).get(0).failure()).isEqualTo("The loss is no number.");
        assertThat(scores(job, 1).get(0).failure()).isEqualTo("It does not fit.");
        assertThat(scores(job, 2).get(0).failure()).contains("trial 2 of step 1", "died twice");
        assertThat(scores(job, 3).get(0).failure()).contains("trial 3 of step 1", "died twice");
        assertThat(scores(job, 4).get(0).failure()).isNull();
        assertThat(scores(job, 4).get(0).accuracy()).isEqualTo(0.04);
        assertThat(news()).contains("trial 4 on first: epoch 1/2");
    }

    @Test
    void aTrialThatCannotBeReadIsAScoreThatSaysWhyAndTheRunGoesOn() throws IOException {
        // Given
        var job = submit("works-unreadable-works", 3, 1);
        eventLog.permit("win");

        // When
        testCluster.launch("first", folder, Map.of());

        // Then
        assertThat(winner()).isEqualTo("0 1 2");
        assertThat(begun()).containsExactly("trial 0", "trial 2");
        assertThat(scores(job, 1))
                .extracting(TrialScore::failure)
                .containsExactly("The trial has no architecture or no number of epochs.");
    }

    @Test
    void trialsThatNobodyWaitsForAreNotDone() throws IOException {
        // Given
        var ended = job("works", 1, 1);
        var other =
                new Job(
                        UUID.randomUUID().toString(),
                        ended.plan(),
                        0,
                        ended.data(),
                        ended.models(),
                        List.of(),
                        ended.submittedAt());
        var scored = new Trial(other, 1, "works", 1);
        var open = new Trial(other, 2, "works", 1);
        send(testCluster.events().searchEnd(ended));
        send(testCluster.events().score(TrialScore.of(scored, 0.5, 1, 1, null).by("x", 1, null)));
        send(testCluster.events().trial(new Trial(ended, 0, "works", 1), 3));
        send(testCluster.events().trial(scored, 3));
        send(testCluster.events().trial(open, 3));

        // When
        testCluster.launch("first", folder, Map.of());

        // Then
        TestCluster.until(() -> assertThat(scores(other, 2)).hasSize(1));
        assertThat(begun()).containsExactly("trial 2");
        assertThat(scores(other, 1)).extracting(TrialScore::replica).containsExactly("x");
    }

    @Test
    void aMessageThatIsNoTrialIsPutAside() throws IOException {
        // Given
        var trial = testCluster.events().trial(new Trial(job("works", 1, 1), 0, "works", 1), 3);
        var later = new ProducerRecord<>(trial.topic(), 3, runId, trial.value());
        later.headers().add("ce_type", "io.pitlane.trial.v9".getBytes(StandardCharsets.UTF_8));

        // When
        send(new ProducerRecord<>(trial.topic(), 3, runId, new byte[] {1}));
        send(later);
        send(new ProducerRecord<>(trial.topic(), 3, runId, null));
        testCluster.launch("first", folder, Map.of());

        // Then
        TestCluster.until(
                () ->
                        assertThat(
                                        testCluster
                                                .cluster()
                                                .committed(Topics.DEFAULT.deadLetters(), runId))
                                .extracting(letter -> reason(letter.headers()))
                                .satisfiesExactlyInAnyOrder(
                                        reason -> assertThat(reason).startsWith("is no trial"),
                                        reason ->
                                                assertThat(reason).contains("io.pitlane.trial.v9"),
                                        reason -> assertThat(reason).isEqualTo("is empty")));
    }

    private static String reason(Headers headers) {
        return new String(headers.lastHeader("pitlane-reason").value(), StandardCharsets.UTF_8);
    }

    private Job submit(String genomes, int trials, int parallel) throws IOException {
        var job = job(genomes, trials, parallel);
        send(testCluster.events().job(job));
        return job;
    }

    private Job job(String genomes, int trials, int parallel) throws IOException {
        var step =
                "nas: {search: {parallel: %d}, budget: {trials: %d}}".formatted(parallel, trials);
        return testCluster.jobs().first(runId, TestCluster.plan(genomes, folder, step));
    }

    private static void send(ProducerRecord<String, byte[]> record) {
        testCluster.cluster().send(record);
    }

    /** What the child that makes the model was told, in the only job that follows. */
    private String winner() {
        TestCluster.until(
                () ->
                        assertThat(testCluster.cluster().committed(bench(), runId))
                                .as("jobs for bench")
                                .hasSize(1));
        var next = testCluster.cluster().events(bench(), runId, Job.class).get(0);
        return next.models().get(1).notes().get(0);
    }

    private static String bench() {
        return Topics.DEFAULT.jobs(StageName.BENCH);
    }

    private static List<TrialScore> scores(Job job, int number) {
        var key = new Trial(job, number, "", 1).key();
        return testCluster.cluster().events(Topics.DEFAULT.scores(), key, TrialScore.class);
    }

    private List<String> begun() {
        return TestCluster.noted(eventLog, "trial ");
    }

    private List<String> news() {
        return testCluster
                .cluster()
                .events(Topics.DEFAULT.progress(), runId, Progress.class)
                .stream()
                .filter(progress -> progress.fraction() == null)
                .map(Progress::message)
                .toList();
    }
}
