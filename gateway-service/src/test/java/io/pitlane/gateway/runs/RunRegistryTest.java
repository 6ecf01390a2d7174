package io.pitlane.gateway.runs;

import static io.pitlane.gateway.runs.RunFixtures.START;
import static io.pitlane.gateway.runs.RunFixtures.failure;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.result;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.training.TrainingLoss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunRegistryTest {
    private final SettableClock clock = new SettableClock();
    private final RunRegistry runs = new RunRegistry(100, clock);

    @Test
    void theLatestStateOfARunIsShown() {
        // When
        runs.accept(state("r", Status.RUNNING, 0));
        runs.accept(state("r", Status.RUNNING, 1));

        // Then
        assertThat(runs.state("r")).contains(state("r", Status.RUNNING, 1));
    }

    @Test
    void aStateWithoutATimeIsRefusedAndTheOthersAreStillListed() {
        // Given
        runs.accept(state("r", Status.RUNNING, 0));

        // When
        assertThatThrownBy(() -> runs.accept(state("x", Status.FAILED, 0, null)))
                .isInstanceOf(IllegalArgumentException.class);

        // Then
        assertThat(runs.states()).extracting(RunState::runId).containsExactly("r");
    }

    @Test
    void anEarlierStepNeverReplacesALaterOne() {
        // Given
        runs.accept(state("r", Status.RUNNING, 1));

        // When
        runs.accept(state("r", Status.RUNNING, 0));

        // Then
        assertThat(runs.state("r").orElseThrow().step()).isEqualTo(1);
    }

    @Test
    void aRunThatHasEndedNeverRunsAgain() {
        // Given
        runs.accept(state("r", Status.FAILED, 1));

        // When
        runs.accept(state("r", Status.RUNNING, 2));

        // Then
        assertThat(runs.state("r").orElseThrow().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void aStateThatEndedWithAReportIsShownOnceTheReportHasArrived() {
        // Given
        runs.accept(state("r", Status.RUNNING, 2));

        // When
        runs.accept(state("r", Status.PASSED, 2));
        var before = runs.state("r").orElseThrow().status();
        runs.accept(result("r", true, List.of()));

        // Then
        assertThat(before).isEqualTo(Status.RUNNING);
        assertThat(runs.state("r").orElseThrow().status()).isEqualTo(Status.PASSED);
        assertThat(runs.result("r")).isPresent();
    }

    @Test
    void aResultIsReadAsItsRecordHasIt() throws IOException {
        // Given
        var result = result("r", true, List.of());

        // When
        runs.acceptResult("r", ContractJson.MAPPER.writeValueAsBytes(result));
        runs.accept(state("r", Status.PASSED, 2));

        // Then
        assertThat(runs.result("r")).contains(result);
        assertThat(runs.result("r").orElseThrow()).isSameAs(runs.result("r").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"report\": 1}", "{}", "null", "no JSON"})
    void aDamagedResultIsNoneAndKeepsNoRunBack(String json) {
        // When
        runs.acceptResult("r", json.getBytes(StandardCharsets.UTF_8));
        runs.accept(state("r", Status.PASSED, 2));

        // Then
        assertThat(runs.state("r")).isPresent();
        assertThat(runs.result("r")).isEmpty();
    }

    @Test
    void aReportMayArriveBeforeItsState() {
        // When
        runs.accept(result("r", false, List.of()));
        runs.accept(state("r", Status.NOT_PASSED, 2));

        // Then
        assertThat(runs.state("r").orElseThrow().status()).isEqualTo(Status.NOT_PASSED);
    }

    @Test
    void anExpiredReportIsNotAwaitedAfterTheTopicsAreRead() {
        // Given
        runs.accept(state("r", Status.PASSED, 2));

        // When
        runs.releaseAll();

        // Then
        assertThat(runs.state("r").orElseThrow().status()).isEqualTo(Status.PASSED);
        assertThat(runs.result("r")).isEmpty();
    }

    @Test
    void aMissingReportIsAwaitedForALimitedTime() {
        // Given
        runs.accept(state("r", Status.RUNNING, 2));
        runs.accept(state("r", Status.PASSED, 2));

        // When
        clock.advance(Duration.ofSeconds(9));
        runs.releaseOverdue();
        var inTime = runs.state("r").orElseThrow().status();
        clock.advance(Duration.ofSeconds(1));
        runs.releaseOverdue();

        // Then
        assertThat(inTime).isEqualTo(Status.RUNNING);
        assertThat(runs.state("r").orElseThrow().status()).isEqualTo(Status.PASSED);
    }

    @Test
    void aFailureEndsARunWhoseStateIsStillRunning() {
        // Given
        runs.accept(state("r", Status.RUNNING, 1));

        // When
        runs.accept(failure("r", 1));

        // Then
        var ended = runs.state("r").orElseThrow();
        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.failure()).isEqualTo(failure("r", 1));
        assertThat(ended.submittedAt()).isEqualTo(START);
    }

    @Test
    void runsAreListedNewestFirst() {
        // When
        runs.accept(state("middle", Status.RUNNING, 0, START.plusSeconds(1)));
        runs.accept(state("newest", Status.RUNNING, 0, START.plusSeconds(2)));
        runs.accept(state("oldest", Status.RUNNING, 0, START));

        // Then
        assertThat(runs.states())
                .extracting(RunState::runId)
                .containsExactly("newest", "middle", "oldest");
    }

    @Test
    void aRunThatAwaitsApprovalIsKept() {
        // Given
        var small = new RunRegistry(2, clock);
        var passed = state("waiting", Status.PASSED, 0);
        var manual = passed.plan().toBuilder().release(ReleaseMode.MANUAL).build();
        small.accept(passed.toBuilder().plan(manual).build());
        small.accept(result("waiting", true, List.of()));

        // When
        small.accept(state("ended first", Status.FAILED, 0));
        small.accept(state("ended last", Status.FAILED, 0));

        // Then
        assertThat(small.state("waiting")).isPresent();
        assertThat(small.state("ended first")).isEmpty();
    }

    @Test
    void onlyTheNewestEndedRunsAreKept() {
        // Given
        var small = new RunRegistry(2, clock);
        small.accept(state("at work", Status.RUNNING, 0));
        small.accept(state("ended first", Status.FAILED, 0));

        // When
        small.accept(state("ended last", Status.FAILED, 0));

        // Then
        assertThat(small.state("ended first")).isEmpty();
        assertThat(small.state("at work")).isPresent();
        assertThat(small.state("ended last")).isPresent();
    }

    @Test
    void aListenerReceivesTheStateAndLaterEvents() {
        // Given
        var early = progress("r", 0, 0.2, START);
        var later = progress("r", 0, 0.7, START.plusSeconds(1));
        var next = progress("r", 1, 0.1, START.plusSeconds(2));
        runs.accept(state("r", Status.RUNNING, 0));
        runs.accept(early);
        runs.accept(later);

        // When
        var heard = new Recording();
        runs.watch("r", heard);
        runs.accept(state("r", Status.RUNNING, 1));
        runs.accept(next);

        // Then
        assertThat(heard.events)
                .containsExactly(
                        state("r", Status.RUNNING, 0), later, state("r", Status.RUNNING, 1), next);
    }

    @Test
    void progressOfATrialKeepsTheFractionOfTheStep() {
        // Given
        runs.accept(state("r", Status.RUNNING, 0));
        var heard = new Recording();
        runs.watch("r", heard);

        // When
        runs.accept(progress("r", 0, null, START));
        runs.accept(progress("r", 0, 0.7, START.plusSeconds(1)));
        runs.accept(progress("r", 0, null, START.plusSeconds(2)));

        // Then
        assertThat(heard.events)
                .containsExactly(
                        state("r", Status.RUNNING, 0),
                        progress("r", 0, 0.0, START),
                        progress("r", 0, 0.7, START.plusSeconds(1)),
                        progress("r", 0, 0.7, START.plusSeconds(2)));
    }

    @Test
    void progressCountsInTheOrderOfTheLogWhateverTheClocksSay() {
        // Given
        runs.accept(state("r", Status.RUNNING, 0));
        runs.accept(progress("r", 0, 0.7, START.plusSeconds(1)));
        var heard = new Recording();
        runs.watch("r", heard);

        // When
        runs.accept(progress("r", 0, 0.8, START));

        // Then
        assertThat(heard.events)
                .containsExactly(
                        state("r", Status.RUNNING, 0),
                        progress("r", 0, 0.7, START.plusSeconds(1)),
                        progress("r", 0, 0.8, START));
    }

    @Test
    void everyListenerReceivesTheEndAndNothingAfterIt() {
        // Given
        runs.accept(state("r", Status.RUNNING, 2));
        var one = new Recording();
        var other = new Recording();
        runs.watch("r", one);
        runs.watch("r", other);

        // When
        runs.accept(result("r", true, List.of()));
        runs.accept(state("r", Status.PASSED, 2));
        runs.accept(progress("r", 2, 1.0, START.plusSeconds(9)));
        runs.accept(state("r", Status.PASSED, 2));

        // Then
        assertThat(one.events)
                .containsExactly(state("r", Status.RUNNING, 2), state("r", Status.PASSED, 2))
                .isEqualTo(other.events);
    }

    @Test
    void aRemovedListenerReceivesNothing() {
        // Given
        runs.accept(state("r", Status.RUNNING, 0));
        var heard = new Recording();
        var stop = runs.watch("r", heard).orElseThrow();

        // When
        stop.run();
        runs.accept(state("r", Status.RUNNING, 1));

        // Then
        assertThat(heard.events).containsExactly(state("r", Status.RUNNING, 0));
    }

    @Test
    void aListenerOfAllRunsReceivesThoseAtWorkAndEveryLaterEvent() {
        // Given
        runs.accept(state("ended", Status.FAILED, 0));
        runs.accept(state("r", Status.RUNNING, 0));
        runs.accept(progress("r", 0, 0.2, START));
        runs.accept(progress("early", 0, 0.1, START));
        var heard = new Recording();

        // When
        var stop = runs.watchAll(heard);
        runs.accept(progress("early", 0, 0.3, START.plusSeconds(1)));
        runs.accept(state("early", Status.RUNNING, 0));
        runs.accept(state("r", Status.FAILED, 0));
        runs.accept(state("next", Status.RUNNING, 0));
        stop.run();
        runs.accept(state("next", Status.RUNNING, 1));

        // Then
        assertThat(heard.events)
                .containsExactly(
                        state("r", Status.RUNNING, 0),
                        progress("r", 0, 0.2, START),
                        state("early", Status.RUNNING, 0),
                        progress("early", 0, 0.3, START.plusSeconds(1)),
                        state("r", Status.FAILED, 0),
                        state("next", Status.RUNNING, 0));
    }

    @Test
    void onlyAListenerOfTheRunReceivesItsLossesAndItsLog() {
        // Given
        var loss = new TrainingLoss(null, 1, 2, 0.5, null);
        var told = progress("r", 0, 0.2, START).toBuilder().loss(loss).log("a line").build();
        runs.accept(state("r", Status.RUNNING, 0));
        var ofRun = new Recording();
        var ofAll = new Recording();
        var late = new Recording();
        runs.watch("r", ofRun);
        runs.watchAll(ofAll);

        // When
        runs.accept(told);
        runs.watch("r", late);

        // Then: the log is sent on connection, because the next event may not have it
        assertThat(ofRun.events).endsWith(told);
        assertThat(ofAll.events).endsWith(progress("r", 0, 0.2, START));
        assertThat(late.events).endsWith(told.toBuilder().loss(null).build());
        assertThat(runs.log("r")).contains("a line");
        assertThat(runs.steps("r").get(0).losses()).containsExactly(loss);
        runs.accept(state("r", Status.FAILED, 0));
        assertThat(runs.log("r")).isEmpty();
        assertThat(runs.steps("r")).isEmpty();
    }

    @Test
    void pagesFollowEachOtherWhileOtherRunsArrive() {
        // Given
        for (int i = 0; i < 5; i++) {
            runs.accept(state("r" + i, Status.FAILED, 0, START.plusSeconds(i / 2)));
        }

        // When
        var first = runs.page(new RunQuery(null, null, null, null, 2));
        runs.accept(state("newer", Status.RUNNING, 0, START.plusSeconds(9)));
        var second = runs.page(new RunQuery(null, null, null, first.next(), 2));
        var third = runs.page(new RunQuery(null, null, null, second.next(), 2));

        // Then: submitted at the same time, they are in the order of their ids
        assertThat(first.runs()).extracting(RunState::runId).containsExactly("r4", "r2");
        assertThat(second.runs()).extracting(RunState::runId).containsExactly("r3", "r0");
        assertThat(third.runs()).extracting(RunState::runId).containsExactly("r1");
        assertThat(first.hasNext()).isTrue();
        assertThat(third.hasNext()).isFalse();
        assertThat(first.total()).isEqualTo(5);
    }

    @Test
    void aPageHoldsOnlyRunsThatMatchEveryFilter() {
        // Given
        var other = RunFixtures.plan().toBuilder().name("other").model("b").build();
        runs.accept(state("signs", Status.FAILED, 0));
        runs.accept(state("failed", Status.FAILED, 0).toBuilder().plan(other).build());
        runs.accept(state("running", Status.RUNNING, 0).toBuilder().plan(other).build());

        // Then
        assertThat(matching(new RunQuery("other", null, null, null, 9)))
                .containsExactlyInAnyOrder("failed", "running");
        assertThat(matching(new RunQuery(null, "b", Status.FAILED, null, 9)))
                .containsExactly("failed");
        assertThat(matching(new RunQuery("signs", "b", null, null, 9))).isEmpty();
    }

    private List<String> matching(RunQuery query) {
        return runs.page(query).runs().stream().map(RunState::runId).toList();
    }

    @Test
    void aPageAfterAnUnknownRunIsRefused() {
        assertThatThrownBy(() -> runs.page(new RunQuery(null, null, null, "nobody", 2)))
                .isInstanceOf(UnknownRunException.class);
    }

    @Test
    void anUnknownRunCannotBeWatched() {
        // Given
        runs.accept(progress("r", 0, 0.5, START));

        // When
        var watching = runs.watch("r", new Recording());

        // Then
        assertThat(watching).isEmpty();
    }

    private static final class Recording implements RunListener {
        private final List<Object> events = new ArrayList<>();

        @Override
        public void state(RunState state) {
            events.add(state);
        }

        @Override
        public void progress(Progress progress) {
            events.add(progress);
        }
    }

    private static final class SettableClock extends Clock {
        private Instant now = START;

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
