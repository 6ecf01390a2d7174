package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.Approval.Decision;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.runs.RunFixtures;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class ApprovalIT extends GatewayWithStages {
    @Test
    void anApprovedCandidateIsReleasedOnceWithWhoApprovedItAndWhy() throws IOException {
        // Given
        var run = ended(Status.PASSED, ReleaseMode.MANUAL);

        // When
        var first = decide(run, "approve", "  Seen on the test track. ");
        var second = decide(run, "approve", "Once more.");

        // Then
        for (var response : List.of(first, second)) {
            response.statusCode(200)
                    .body("status", equalTo("PASSED"))
                    .body("approval.decision", equalTo("approve"))
                    .body("approval.by", equalTo("anonymous"))
                    .body("approval.reason", equalTo("Seen on the test track."));
        }
        assertThat(released(run)).hasSize(1);
        var result = released(run).get(0);
        assertThat(result.report().run()).isEqualTo(run.runId());
        assertThat(result.models()).isEqualTo(run.models());
        assertThat(result.approval().reason()).isEqualTo("Seen on the test track.");
        var state = given().get("/api/runs/" + run.runId()).as(RunState.class);
        assertThat(state.approval()).isEqualTo(result.approval());
        assertThat(state.updatedAt()).isEqualTo(run.updatedAt());
    }

    @Test
    void aRejectedCandidateIsNeverReleased() throws IOException {
        // Given
        var run = ended(Status.PASSED, ReleaseMode.MANUAL);

        // When
        decide(run, "reject", "Too slow at night.").statusCode(200);

        // Then
        decide(run, "approve", "Please.")
                .statusCode(409)
                .body("message", containsString("was rejected by anonymous"))
                .body("message", containsString("Too slow at night."));
        assertThat(released(run)).isEmpty();
    }

    @Test
    void aDecisionThatIsInTheTopicTwiceCountsOnce() throws IOException {
        // Given
        var run = ended(Status.PASSED, ReleaseMode.MANUAL);
        var approval = new Approval(run.runId(), Decision.APPROVE, "alice", "Good.", Instant.now());

        // When
        stages.approve(approval);
        stages.garbage(topics.approvals());
        stages.approve(approval);
        var last = ended(Status.PASSED, ReleaseMode.MANUAL);
        decide(last, "reject", "Behind the others in the topic.").statusCode(200);

        // Then
        assertThat(released(run)).hasSize(1);
        assertThat(stages.read(topics.deadLetters()))
                .anyMatch(
                        letter ->
                                topics.approvals()
                                        .equals(
                                                new String(
                                                        letter.headers()
                                                                .lastHeader("pitlane-topic")
                                                                .value())));
    }

    @ParameterizedTest
    @CsvSource({
        "PASSED, AUTOMATIC, asks for no approval",
        "NOT_PASSED, MANUAL, ended as not passed",
        "RUNNING, MANUAL, is still running"
    })
    void aRunThatWaitsForNoDecisionTakesNone(Status status, ReleaseMode release, String why)
            throws IOException {
        // Given
        var run = ended(status, release);

        // Then
        decide(run, "approve", "Because.").statusCode(409).body("message", containsString(why));
        assertThat(released(run)).isEmpty();
    }

    @Test
    void aDecisionNeedsAReasonAndARun() {
        // Given
        var run = ended(Status.PASSED, ReleaseMode.MANUAL);

        // Then
        decide(run, "approve", " ").statusCode(400).body("message", containsString("'reason'"));
        decide(run, "approve", "x".repeat(1001)).statusCode(400);
        decide(run, "maybe", "Because.")
                .statusCode(400)
                .body("message", containsString("'maybe'"))
                .body("action", containsString("'approve' or 'reject'"));
        decide(RunFixtures.state("nobody", Status.PASSED, 2), "approve", "Because.")
                .statusCode(404);
    }

    @Test
    void thePageOfTheRunAsksAndThenTells() throws IOException {
        // Given
        var run = ended(Status.PASSED, ReleaseMode.MANUAL);
        var form = page(run).selectFirst(".release form");

        // When
        var response =
                given().redirects()
                        .follow(false)
                        .header("Sec-Fetch-Site", "same-origin")
                        .contentType(ContentType.URLENC.withCharset("UTF-8"))
                        .formParam("decision", form.selectFirst("button").attr("value"))
                        .formParam("reason", "Für die <Straße>.")
                        .post(form.attr("action"));

        // Then
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.header("Location")).endsWith("/runs/" + run.runId());
        assertThat(page(run).selectFirst(".release").text())
                .contains("approved by anonymous")
                .endsWith("Für die <Straße>.");
        assertThat(page(run).select(".release form")).isEmpty();
        assertThat(released(run)).hasSize(1);
    }

    @Test
    void thePageSaysThatADecisionIsPendingAsLongAsItIs() {
        // Given
        var run = ended(Status.PASSED, ReleaseMode.MANUAL);
        var address = "/runs/" + run.runId() + "?notice=deciding";

        // Then
        assertThat(given().get(address).asString()).contains("The decision is stored");
        decide(run, "approve", "Seen.").statusCode(200);
        assertThat(given().get(address).asString()).doesNotContain("The decision is stored");
    }

    private static Document page(RunState run) {
        return Jsoup.parse(given().get("/runs/" + run.runId()).asString());
    }

    private static ValidatableResponse decide(RunState run, String decision, String reason) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("decision", decision, "reason", reason))
                .post("/api/runs/" + run.runId() + "/approval")
                .then();
    }

    private RunState ended(Status status, ReleaseMode release) {
        var id = UUID.randomUUID().toString();
        var state = RunFixtures.state(id, status, 2, Instant.now());
        var run = state.toBuilder().plan(state.plan().toBuilder().release(release).build()).build();
        if (status == Status.RUNNING) {
            stages.state(run);
        } else {
            stages.end(run, RunFixtures.result(id, status == Status.PASSED, run.models()));
        }
        await().until(() -> given().get("/api/runs/" + id).statusCode() == 200);
        return run;
    }

    private List<RunResult> released(RunState run) throws IOException {
        var found = new ArrayList<RunResult>();
        for (var event : stages.read(topics.released())) {
            if (event.key().equals(run.runId())) {
                found.add(ContractJson.MAPPER.readValue(event.value(), RunResult.class));
            }
        }
        return found;
    }
}
