package io.pitlane.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.Approval.Decision;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The commands logs, compare, approve and reject. */
class RunCommandsTest extends CommandTest {
    private static final String OTHER = "other-run";

    @Test
    void theLogOfAFailedStepIsShown() {
        gateway.on("GET /api/runs", List.of(SampleRun.failed(Failure.Kind.CRASHED)))
                .on("GET " + RUN + "/log", 200, "first line\nlast words\n");

        assertThat(pitlaneAtServer("logs", "latest", "--follow")).isZero();

        assertThat(out.toString()).isEqualTo("first line\nlast words" + System.lineSeparator());
    }

    @Test
    void aRunWithoutALogSaysHowFarItIs() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.RUNNING, 1)))
                .on("GET " + RUN + "/log", 200, "");

        assertThat(pitlaneAtServer("logs", "latest")).isZero();

        assertThat(out.toString()).contains("There is no log", "running, at step 2 of 3, quantize");
    }

    @Test
    void whatIsNewInALogIsPrintedUntilTheRunEnds() {
        var progress = SampleRun.progress(1, 0.5, "calibrating");
        var log = progress.toBuilder().fraction(null).message(null);
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.RUNNING, 1)))
                .on(
                        "GET " + RUN + "/events",
                        200,
                        FakeGateway.event("progress", progress)
                                + FakeGateway.event("progress", log.log("one\ntwo\n").build())
                                + FakeGateway.event(
                                        "progress", log.log("one\ntwo\nthree\n").build())
                                + FakeGateway.event("progress", progress)
                                + FakeGateway.event(
                                        "progress", log.log("wo\nthree\nfour\n").build())
                                + FakeGateway.event(
                                        "state", SampleRun.failed(Failure.Kind.CRASHED)));

        assertThat(pitlaneAtServer("logs", "latest", "-f")).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "[quantize] calibrating",
                        "  one",
                        "  two",
                        "  three",
                        "  wo",
                        "  three",
                        "  four",
                        "Failed: layer 'conv' is odd",
                        "Change the layer.",
                        "Run " + SampleReport.RUN + " has ended: failed.");
    }

    @Test
    void modelsOfTwoRunsAreInOneTable() throws IOException {
        given(SampleReport.passed(), SampleReport.passed());

        assertThat(pitlaneAtServer("compare", "latest~1", "latest")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("A  signs  " + SampleReport.RUN, "B  signs  " + OTHER)
                .contains("A quantize", "B quantize", "94.75 %");

        out.getBuffer().setLength(0);
        assertThat(pitlaneAtServer("compare", "latest~1", "latest", "--csv")).isZero();
        assertThat(out.toString().lines().skip(1))
                .allMatch(line -> line.startsWith(SampleReport.RUN + ","));

        out.getBuffer().setLength(0);
        assertThat(pitlaneAtServer("compare", "latest~1", "latest", "--csv", "--json"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--csv and --json: ", "Name one of them.");
        assertThat(pitlaneAtServer("compare", "latest~1", "latest", "--json")).isZero();
        var rows = ContractJson.MAPPER.readTree(out.toString());
        assertThat(rows.at("/0/model").asText()).isEqualTo("original");
        assertThat(rows.at("/0/parameters").asLong()).isPositive();
    }

    @Test
    void runsWithOtherDataAreNotCompared() {
        var report = SampleReport.passed();
        var tree = ContractJson.MAPPER.valueToTree(report);
        ((ObjectNode) tree.get("data")).put("digest", "f00");
        given(report, ContractJson.MAPPER.convertValue(tree, Report.class));

        assertThat(pitlaneAtServer("compare", "latest~1", "latest")).isEqualTo(2);

        assertThat(err.toString()).contains("cannot be compared", "Data: ", "in run B");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void latenciesThatNoRunHasAreRefused() {
        given(SampleReport.passed(), SampleReport.passed());

        assertThat(pitlaneAtServer("compare", "latest~1", "latest", "--batch", "7")).isEqualTo(2);

        assertThat(err.toString()).contains("--batch", "in common");
    }

    @Test
    void aCandidateIsApprovedWithAReason() {
        var passed = SampleRun.state(Status.PASSED, 2);
        var approval =
                new Approval(SampleReport.RUN, Decision.APPROVE, "anna", "good", Instant.EPOCH);
        gateway.on("GET /api/runs", List.of(passed))
                .on("POST " + RUN + "/approval", passed.toBuilder().approval(approval).build());

        assertThat(pitlaneAtServer("approve", "latest", "--reason", "good")).isZero();

        assertThat(out.toString()).contains("is approved by anna: good.");
        assertThat(lastBody()).contains("\"decision\":\"approve\"", "\"reason\":\"good\"");
    }

    @Test
    void aRejectionThatIsNotAppliedYetIsStored() {
        var passed = SampleRun.state(Status.PASSED, 2);
        gateway.on("GET /api/runs", List.of(passed))
                .on("POST " + RUN + "/approval", 202, FakeGateway.json(passed));

        assertThat(pitlaneAtServer("reject", "latest", "--reason", "too slow")).isZero();
        assertThat(pitlaneAtServer("reject", "latest")).isEqualTo(2);

        assertThat(out.toString()).contains("The decision is stored");
        assertThat(err.toString()).contains("--reason");
        assertThat(lastBody()).contains("\"decision\":\"reject\"");
    }

    private void given(Report first, Report second) {
        gateway.on(
                        "GET /api/runs",
                        List.of(
                                SampleRun.state(OTHER, Status.PASSED, 2, null),
                                SampleRun.state(Status.PASSED, 2)))
                .on("GET " + RUN + "/report", first)
                .on("GET /api/runs/" + OTHER + "/report", second);
    }

    private String lastBody() {
        var requests = gateway.requests();
        return new String(requests.get(requests.size() - 1).body(), UTF_8);
    }
}
