package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;

import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class PlanDocumentsIT {
    private static final String START =
            "name: a\nmodel: b\ndata: {train: {npz: c}, test: {npz: d}}\n";

    @BeforeEach
    void connect() {
        Readiness.await();
    }

    @Test
    void theSchemaSaysWhatAPlanHas() {
        given().get("/api/plan-schema")
                .then()
                .statusCode(200)
                .contentType("application/schema+json")
                .body("definitions.Plan.required", hasItems("name", "model", "data"))
                .body("definitions.PruneStep.properties.ratio.default", equalTo(0.5f));
    }

    @Test
    void aRightPlanIsReturnedInBothForms() {
        check(START + "steps: [{prune: {ratio: 0.4}}]")
                .body("problems", empty())
                .body("document.steps[0].prune.ratio", equalTo(0.4f))
                .body(
                        "yaml",
                        equalTo(
                                """
                                name: a
                                model: b
                                data:
                                  train:
                                    npz: c
                                  test:
                                    npz: d
                                steps:
                                  - prune:
                                      ratio: 0.4
                                """));
    }

    @Test
    void aWrongPlanIsReturnedWithEveryProblemAtItsField() {
        check(START.replace("npz: d", "npz: ../d") + "steps: [{prune: {ratio: 1, rounds: 0}}]")
                .body("problems.path", hasItems("steps[0].prune.ratio", "steps[0].prune.rounds"))
                .body("document.steps[0].prune.rounds", equalTo(0));
        check(START.replace("npz: d", "npz: ../d")).body("problems.path", hasItem("data.test.npz"));
        check(Map.of("name", "a")).body("yaml", equalTo("name: a\n"));
    }

    @Test
    void aTextThatCannotBeReadHasAProblemWithItsLine() {
        check("name: a\nmodel: [")
                .body("problems.message", hasItem(containsString("line 2")))
                .body("document", nullValue())
                .body("yaml", nullValue());
    }

    private static ValidatableResponse check(Object plan) {
        return given().contentType("application/json")
                .body(Map.of("plan", plan))
                .post("/api/plan-check")
                .then()
                .statusCode(200);
    }
}
