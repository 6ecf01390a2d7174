package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What --json prints is one JSON value. */
class JsonOptionTest extends CommandTest {
    @Test
    void runsAndTheirStateAreThoseOfTheGateway() throws IOException {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.NOT_PASSED, 1)));

        assertThat(pitlaneAtServer("runs", "--json")).isZero();
        assertThat(printed().at("/0/runId").asText()).isEqualTo(SampleReport.RUN);

        assertThat(pitlaneAtServer("status", "latest", "--json")).isEqualTo(ExitCode.NOT_PASSED);
        assertThat(printed().at("/models/1/label").asText()).isEqualTo("prune");
    }

    @Test
    void noRunsAreAnEmptyArray() throws IOException {
        gateway.on("GET /api/runs", List.of()).on("GET /api/plans", List.of());

        assertThat(pitlaneAtServer("runs", "--json")).isZero();
        assertThat(printed()).isEmpty();

        assertThat(pitlaneAtServer("plans", "--json")).isZero();
        assertThat(printed()).isEmpty();
    }

    @Test
    void registeredPlansAreThoseOfTheGateway() throws IOException {
        var plan = SampleReport.plan();
        gateway.on(
                "GET /api/plans", List.of(new RegisteredPlan("signs", plan, null, Instant.EPOCH)));

        assertThat(pitlaneAtServer("plans", "--json")).isZero();

        var steps = printed().at("/0/plan/steps");
        assertThat(steps).hasSize(plan.steps().size());
    }

    /** The text that was printed since the last call, as JSON. */
    private JsonNode printed() throws IOException {
        var text = out.toString();
        out.getBuffer().setLength(0);
        return ContractJson.MAPPER.readTree(text);
    }
}
