package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.PLAN;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.run.Trigger;
import io.pitlane.contract.step.StageName;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class TriggersIT {
    private static final String SOURCE = "/retraining/signs";

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject Topics topics;
    private SimulatedStages stages;
    private ArtifactRef data;
    private ArtifactRef model;

    @BeforeEach
    void connect() {
        Readiness.await();
        stages = new SimulatedStages(bootstrapServers, topics);
        data = upload("data");
        model = upload("model");
    }

    @AfterEach
    void disconnect() {
        stages.close();
    }

    @Test
    void aPlanIsRegisteredListedReplacedAndRemoved() {
        // Given
        var name = "registered-" + UUID.randomUUID();
        given().get("/api/plans/" + name).then().statusCode(404);

        // When
        register(name, PLAN, data.digest()).statusCode(200).body("model", equalTo(name));
        register(name, PLAN.replace("0.5", "0.25"), null).statusCode(200);

        // Then
        var plan =
                given().get("/api/plans/" + name)
                        .then()
                        .statusCode(200)
                        .extract()
                        .as(RegisteredPlan.class);
        assertThat(plan.data()).isNull();
        assertThat(plan.plan().steps()).hasSize(3);
        given().get("/api/plans").then().statusCode(200).body("model", hasItem(name));
        given().delete("/api/plans/" + name).then().statusCode(204);
        given().delete("/api/plans/" + name).then().statusCode(404);
        given().get("/api/plans").then().body("model", not(hasItem(name)));
    }

    @Test
    void aPlanThatCannotRunIsNotRegistered() {
        register("signs", PLAN.replace("ratio", "ratoi"), "aa".repeat(32))
                .statusCode(400)
                .body("problems.path", equalTo(List.of("steps[0].prune.ratoi", "data")))
                .body("message", containsString("did you mean 'ratio'?"));
        register("no spaces please", PLAN, null)
                .statusCode(400)
                .body("problems.path", equalTo(List.of("model")));
    }

    @Test
    void anEventOverHttpStartsTheRegisteredPlanOnTheNewModel() {
        // Given
        var name = registered();

        // When
        var answer = post(event(UUID.randomUUID().toString()), value(name, model, null));

        // Then
        answer.statusCode(202).body(emptyString());
        var job = awaitJob(runId(answer));
        assertThat(job.models()).singleElement().extracting("artifact").isEqualTo(model);
        assertThat(job.data()).isEqualTo(data);
        given().get(answer.extract().header("Location"))
                .then()
                .statusCode(200)
                .body("status", equalTo("RUNNING"));
    }

    @Test
    void anEventMayBeStructuredAndBringItsOwnData() {
        // Given
        var name = registered();
        var others = upload("data");
        var event =
                """
                {"specversion": "1.0", "id": "%s", "source": "%s", "type": "%s", "newer": true,
                 "data": {"model": "%s", "artifact": "%s", "data": "%s", "somethingNew": 1}}
                """
                        .formatted(
                                UUID.randomUUID(),
                                SOURCE,
                                Trigger.TYPE,
                                name,
                                model.digest(),
                                others.digest());

        // When
        var answer =
                given().header("Content-Type", "application/cloudevents+json")
                        .body(event)
                        .post("/api/triggers")
                        .then();

        // Then
        assertThat(awaitJob(runId(answer.statusCode(202))).data()).isEqualTo(others);
    }

    @Test
    void theSameEventManyTimesAtOnceStartsOneRun() {
        // Given
        var name = registered();
        var event = event(UUID.randomUUID().toString());

        // When
        var runs =
                IntStream.range(0, 12)
                        .parallel()
                        .mapToObj(i -> post(event, value(name, model, null)).statusCode(202))
                        .map(TriggersIT::runId)
                        .distinct()
                        .toList();
        var next = runId(post(event(UUID.randomUUID().toString()), value(name, model, null)));

        // Then
        awaitJob(next);
        assertThat(runs).hasSize(1);
        assertThat(jobs(runs.get(0))).hasSize(1);
    }

    @Test
    void anEventThatNamesNoKnownModelIsRefused() {
        post(event("a"), value("nobody", model, null))
                .statusCode(404)
                .body("message", containsString("'nobody'"))
                .body("action", containsString("pitlane register"));
    }

    @Test
    void anEventWhoseArtifactsAreMissingIsRefused() {
        // Given
        var name = registered();

        // Then
        post(event("a"), value(name, data, null))
                .statusCode(400)
                .body("problems.path", equalTo(List.of("artifact")));
        post(event("a"), value(name, missing(), missing()))
                .statusCode(400)
                .body("problems.path", equalTo(List.of("artifact", "data")));
    }

    @Test
    void aPlanRegisteredWithoutDataNeedsThemFromTheEvent() {
        // Given
        var name = "without-data";
        register(name, PLAN, null).statusCode(200);

        // Then
        post(event("a"), value(name, model, null))
                .statusCode(400)
                .body("problems.path", equalTo(List.of("data")));
    }

    @Test
    void whatIsNoTriggerIsRefused() {
        // Given
        var good = value(registered(), model, null);
        var otherType =
                Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "x");
        var noId = Map.of("ce-specversion", "1.0", "ce-source", "/s", "ce-type", Trigger.TYPE);

        // Then
        for (var refused :
                List.of(
                        post(Map.of(), good),
                        post(otherType, good),
                        post(noId, good),
                        post(event("1"), "no JSON"),
                        post(event("1"), "{}"),
                        post(event("1"), "[1, 2]"),
                        post(event("1"), ""))) {
            refused.statusCode(400)
                    .body("message", containsString("This is no trigger"))
                    .body("action", containsString(Trigger.TYPE));
        }
    }

    @Test
    void anEventOnTheTopicStartsTheRegisteredPlanOnce() {
        // Given
        var name = registered();
        var id = UUID.randomUUID().toString();

        // When
        stages.trigger(SOURCE, id, value(name, model, null));
        stages.trigger(SOURCE, id, value(name, model, null));
        var last = UUID.randomUUID().toString();
        stages.trigger(SOURCE, last, value(name, model, null));

        // Then
        var lastRun = runId(post(event(last), value(name, model, null)).statusCode(202));
        var run = runId(post(event(id), value(name, model, null)).statusCode(202));
        awaitJob(lastRun);
        assertThat(jobs(run)).hasSize(1);
        assertThat(jobs(lastRun)).hasSize(1);
    }

    @Test
    void whatCannotBeDoneOnTheTopicIsPutAsideWithTheReason() {
        // Given
        var name = registered();
        var before = letters().size();

        // When
        stages.garbage(topics.triggers());
        stages.trigger(SOURCE, "1", "no JSON");
        stages.trigger(SOURCE, "2", value("nobody", model, null));
        stages.trigger(SOURCE, "3", value(name, missing(), null));
        stages.trigger(SOURCE, "4", value("x".repeat(700_000), model, null));
        var good = UUID.randomUUID().toString();
        stages.trigger(SOURCE, good, value(name, model, null));

        // Then
        awaitJob(runId(post(event(good), value(name, model, null))));
        var letters = letters();
        assertThat(letters.subList(before, letters.size()))
                .extracting(letter -> header(letter, "pitlane-reason"))
                .anySatisfy(reason -> assertThat(reason).contains("This is no trigger"))
                .anySatisfy(reason -> assertThat(reason).contains("cannot be read"))
                .anySatisfy(reason -> assertThat(reason).contains("'nobody'"))
                .anySatisfy(reason -> assertThat(reason).contains("there is no artifact"))
                .hasSize(5);
    }

    private List<ConsumerRecord<String, byte[]>> letters() {
        return stages.read(topics.deadLetters()).stream()
                .filter(letter -> header(letter, "pitlane-topic").equals(topics.triggers()))
                .toList();
    }

    private String registered() {
        var name = "model-" + UUID.randomUUID();
        register(name, PLAN, data.digest()).statusCode(200);
        return name;
    }

    private static ValidatableResponse register(String name, String plan, String data) {
        var request = data == null ? Map.of("plan", plan) : Map.of("plan", plan, "data", data);
        return given().contentType(ContentType.JSON)
                .body(request)
                .put("/api/plans/{name}", name)
                .then();
    }

    private static Map<String, String> event(String id) {
        return Map.of(
                "ce-specversion", "1.0", "ce-id", id, "ce-source", SOURCE, "ce-type", Trigger.TYPE);
    }

    private static String value(String name, ArtifactRef model, ArtifactRef data) {
        return "{\"model\": \"%s\", \"artifact\": \"%s\"%s}"
                .formatted(
                        name,
                        model.digest(),
                        data == null ? "" : ", \"data\": \"" + data.digest() + "\"");
    }

    private static ValidatableResponse post(Map<String, String> headers, String body) {
        return given().headers(headers)
                .header("Content-Type", "application/json")
                .body(body)
                .post("/api/triggers")
                .then();
    }

    private static String runId(ValidatableResponse answer) {
        return answer.extract().header("Location").replaceFirst(".*/", "");
    }

    private Job awaitJob(String runId) {
        await().until(() -> !jobs(runId).isEmpty());
        return jobs(runId).get(0);
    }

    private List<Job> jobs(String runId) {
        return stages.jobs(StageName.PRUNE).stream()
                .filter(job -> job.runId().equals(runId))
                .toList();
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static ArtifactRef missing() {
        return new ArtifactRef("ab".repeat(32), 1, ArtifactRef.Kind.MODEL, 0, 0, 0, 1);
    }

    private static ArtifactRef upload(String kind) {
        return given().contentType("application/gzip")
                .body(PackedFile.of(100, ThreadLocalRandom.current().nextLong()))
                .post("/api/artifacts?kind=" + kind)
                .then()
                .statusCode(200)
                .extract()
                .as(ArtifactRef.class);
    }
}
