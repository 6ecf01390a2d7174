package io.pitlane.cli.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.cli.FakeGateway;
import io.pitlane.cli.SampleReport;
import io.pitlane.cli.SampleRun;
import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.RunState.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunWatchTest {
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
    void aStreamThatBreaksOffIsTakenUpAnew() {
        gateway.breakOff(
                EVENTS, FakeGateway.event("progress", SampleRun.progress(0, 0.25, "early")));
        gateway.on(EVENTS, 503, "{\"message\":\"starting\"}");
        gateway.on(
                EVENTS,
                200,
                FakeGateway.event("progress", SampleRun.progress(1, 0.75, "late"))
                        + FakeGateway.event("state", SampleRun.state(Status.PASSED, 2)));

        var ended = watch(() -> {}, Duration.ofMinutes(1)).untilEnded(SampleReport.RUN);

        assertThat(ended.status()).isEqualTo(Status.PASSED);
        assertThat(text.toString())
                .containsSubsequence("[1/3] prune", "25 %  early", "[2/3] quantize", "75 %  late");
    }

    @Test
    void aReportThatComesLateIsWaitedFor() {
        var report = "GET /api/runs/" + SampleReport.RUN + "/report";
        gateway.on(report, 404, "{}").on(report, SampleReport.passed());

        var found = watch(() -> {}, Duration.ofMinutes(1)).report(SampleReport.RUN);

        assertThat(found).isEqualTo(SampleReport.passed());
    }

    @Test
    void aServerThatStaysSilentIsNotWaitedForForEver() {
        gateway.on(EVENTS, 503, "{\"message\":\"starting\"}");

        assertThatThrownBy(() -> watch(() -> {}, Duration.ZERO).untilEnded(SampleReport.RUN))
                .isInstanceOf(FailureException.class)
                .hasMessage("starting");
    }

    @Test
    void aStackThatGaveUpEndsTheWait() {
        var dead = new FailureException(Failure.Kind.INTERNAL, "the broker is dead", "bury it");
        Runnable check =
                () -> {
                    throw dead;
                };

        assertThatThrownBy(() -> watch(check, Duration.ofMinutes(1)).untilEnded(SampleReport.RUN))
                .isSameAs(dead);
    }

    private RunWatch watch(Runnable check, Duration patience) {
        var display = new LineDisplay(SampleReport.plan(), new PrintWriter(text, true));
        return new RunWatch(new GatewayClient(gateway.address()), display, check, patience);
    }
}
