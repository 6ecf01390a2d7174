package io.pitlane.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.cli.FakeGateway;
import io.pitlane.cli.SampleRun;
import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunWatcherTest {
    private static final String EVENTS = "GET /api/runs/" + SampleReport.RUN + "/events";

    private final StringWriter text = new StringWriter();
    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aStreamThatBreaksOffIsResumed() {
        gateway.breakOff(
                EVENTS, FakeGateway.event("progress", SampleRun.progress(0, 0.25, "early")));
        gateway.on(EVENTS, 503, "{\"message\":\"starting\"}");
        gateway.on(
                EVENTS,
                200,
                FakeGateway.event("progress", SampleRun.progress(1, 0.75, "late"))
                        + FakeGateway.event("state", SampleRun.state(Status.PASSED, 2)));

        var ended = watcher(() -> {}, Duration.ofMinutes(1)).awaitEnd(SampleReport.RUN);

        assertThat(ended.status()).isEqualTo(Status.PASSED);
        assertThat(text.toString())
                .containsSubsequence("[1/3] prune", "25 %  early", "[2/3] quantize", "75 %  late");
    }

    @Test
    void aReportThatComesLateIsWaitedFor() {
        var report = "GET /api/runs/" + SampleReport.RUN + "/report";
        gateway.on(report, 404, "{}").on(report, SampleReport.passed());

        var found = watcher(() -> {}, Duration.ofMinutes(1)).awaitReport(SampleReport.RUN);

        assertThat(found).isEqualTo(SampleReport.passed());
    }

    @Test
    void aServerThatSendsNothingIsGivenUpAfterTheTimeout() {
        gateway.on(EVENTS, 503, "{\"message\":\"starting\"}");

        assertThatThrownBy(() -> watcher(() -> {}, Duration.ZERO).awaitEnd(SampleReport.RUN))
                .isInstanceOf(FailureException.class)
                .hasMessage("starting");
    }

    @Test
    void aStackThatHasFailedEndsTheWait() {
        var dead = new FailureException(Failure.Kind.INTERNAL, "the broker is dead", "restart it");
        Runnable check =
                () -> {
                    throw dead;
                };

        assertThatThrownBy(() -> watcher(check, Duration.ofMinutes(1)).awaitEnd(SampleReport.RUN))
                .isSameAs(dead);
    }

    private RunWatcher watcher(Runnable check, Duration timeout) {
        var display = new LineDisplay(SampleReport.plan(), new PrintWriter(text, true));
        return new RunWatcher(new GatewayClient(gateway.address()).runs(), display, check, timeout);
    }
}
