package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.run.Trigger;
import io.pitlane.gateway.runs.RunFixtures;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.pitlane.report.SampleReport;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** The pages of the plans, the released models and the stages. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class OperationsPagesIT extends GatewayWithStages {
    @Test
    void aPlanIsRegisteredChangedAndRemovedByTheFormsOfThePage() {
        // Given
        var model = "model-" + UUID.randomUUID();
        var plan = RunFixtures.PLAN + "# " + "long ".repeat(1000) + "\n";

        // When
        var registered = send("/plans", Map.of("model", model, "plan", plan, "data", ""));

        // Then
        assertThat(registered.statusCode()).isEqualTo(303);
        var row = row(page("/plans"), model);
        assertThat(row.text())
                .contains("signs", "prune, quantize, bench", "automatic", "with the trigger");
        given().get("/api/plans/" + model).then().statusCode(200);

        // Given
        var form = page(row.selectFirst("a[href*=edit]").attr("href").replace("#register", ""));
        var text = form.selectFirst("textarea[name=plan]").wholeText();

        // When
        send("/plans", Map.of("model", model, "plan", text + "release: manual\n", "data", ""));

        // Then
        assertThat(form.selectFirst("input[name=model]").attr("value")).isEqualTo(model);
        assertThat(row(page("/plans"), model).text()).contains("manual");

        // When
        var removed = send(row.selectFirst("form").attr("action"), Map.of());

        // Then
        assertThat(removed.statusCode()).isEqualTo(303);
        assertThat(page("/plans").text()).doesNotContain(model);
        given().get("/api/plans/" + model).then().statusCode(404);
    }

    @Test
    void aPlanThatCannotRunIsRefusedWithItsFieldsAndStaysInTheForm() {
        // Given
        var plan = RunFixtures.PLAN.replace("ratio: 0.5", "ratio: 1.5") + "# <b>für</b>\n";
        var fields = Map.of("model", "a model", "plan", plan, "data", "0".repeat(64));

        // When
        var response = send("/plans", fields);

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        var page = Jsoup.parse(response.asString());
        assertThat(page.select("[role=alert] li").eachText())
                .anyMatch(problem -> problem.startsWith("steps[0].prune.ratio: "))
                .anyMatch(problem -> problem.startsWith("model: "))
                .anyMatch(problem -> problem.startsWith("data: "));
        assertThat(page.selectFirst("textarea[name=plan]").wholeText()).isEqualTo(plan);
        assertThat(page.selectFirst("input[name=model]").attr("value")).isEqualTo("a model");
    }

    @Test
    void triggersAreListedWithTheRunsThatTheyStartedAndWhyTheyWereRefused() {
        // Given
        var name = "model-" + UUID.randomUUID();
        var data = upload("data", 51);
        var model = upload("model", 52);
        send("/plans", Map.of("model", name, "plan", RunFixtures.PLAN, "data", data.digest()));

        // When
        stages.trigger("/training", "good-" + name, trigger(name, model));
        stages.trigger("/training", "bad-" + name, trigger("nobody", model));

        // Then
        await().until(() -> triggerRow("good-" + name).select("a").size() == 1);
        var started = triggerRow("good-" + name);
        var run = started.selectFirst("a").attr("title");
        assertThat(started.text()).contains(name, "/training", "running");
        given().get("/api/runs/" + run).then().statusCode(200);
        await().until(() -> triggerRow("bad-" + name).text().contains("refused"));
        assertThat(triggerRow("bad-" + name).text())
                .contains("There is no plan registered for a model 'nobody'.");
        stages.fail(RunFixtures.failure(run, 0));
        await().until(() -> triggerRow("good-" + name).text().contains("failed"));
    }

    @Test
    void aTriggerThatIsRefusedOverHttpIsListedUntilItIsAccepted() {
        // Given
        var name = "model-" + UUID.randomUUID();
        var data = upload("data", 53);
        var event = "http-" + name;
        var trigger = trigger(name, upload("model", 54));

        // When
        post(event, trigger).then().statusCode(404);

        // Then
        assertThat(triggerRow(event).text())
                .contains(name, "refused", "There is no plan registered for a model");

        // When
        send("/plans", Map.of("model", name, "plan", RunFixtures.PLAN, "data", data.digest()));
        post(event, trigger).then().statusCode(202);

        // Then
        await().until(() -> triggerRow(event).select("a").size() == 1);
        assertThat(triggerRow(event).text()).doesNotContain("refused");
    }

    private static Response post(String event, String trigger) {
        return given().contentType("application/json")
                .header("ce-specversion", "1.0")
                .header("ce-id", event)
                .header("ce-source", "/training")
                .header("ce-type", Trigger.TYPE)
                .body(trigger)
                .post("/api/triggers");
    }

    @Test
    void theVersionsOfAModelAreListedWithWhatChanged() {
        // Given
        var model = "model-" + UUID.randomUUID();
        var first = released(model, 100_000);
        var second = released(model, 90_000);
        var waiting = ended(model, 90_000, ReleaseMode.MANUAL);

        // When
        await().until(() -> versions(model).size() == 2);

        // Then
        var newest = versions(model).get(0);
        assertThat(newest.selectFirst("td").text()).isEqualTo("2");
        assertThat(newest.text())
                .contains("passed", "size -10.00 %", "+0.00 points", "automatically");
        assertThat(newest.select("a").eachAttr("href"))
                .containsExactly(
                        "/runs/" + second.runId(),
                        "/compare?run=" + first.runId() + "&run=" + second.runId());
        assertThat(newest.selectFirst("code").attr("title")).isEqualTo("0a");
        assertThat(page("/released").select("li a").eachAttr("href"))
                .contains("/runs/" + waiting.runId());

        // When
        given().contentType(ContentType.JSON)
                .body(Map.of("decision", "approve", "reason", "Seen."))
                .post("/api/runs/" + waiting.runId() + "/approval")
                .then()
                .statusCode(200);

        // Then
        await().until(() -> versions(model).size() == 3);
        assertThat(versions(model).get(0).text()).contains("by anonymous: Seen.");
        assertThat(page("/released").select("li a").eachAttr("href"))
                .doesNotContain("/runs/" + waiting.runId());
    }

    @Test
    void theStagesAreListedWithTheirReplicasTheirLagAndTheirWork() {
        // Given
        var request =
                new RunRequest(
                        RunFixtures.PLAN,
                        upload("model", 53).digest(),
                        upload("data", 54).digest());
        var settings =
                Map.<String, Object>of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        topics.prefix() + "prune",
                        "client.id",
                        "prune-7");
        var deserializer = new ByteArrayDeserializer();
        try (var replica = new KafkaConsumer<>(settings, deserializer, deserializer)) {
            replica.subscribe(List.of(topics.prefix() + "jobs.prune"));
            await().until(
                            () -> {
                                replica.poll(Duration.ofMillis(50));
                                return replica.assignment().size() == 8;
                            });

            // When
            var run =
                    given().contentType(ContentType.JSON)
                            .body(request)
                            .post("/api/runs")
                            .then()
                            .statusCode(201)
                            .extract()
                            .as(RunState.class);
            stages.progress(
                    RunFixtures.progress(run.runId(), 0, 0.5, Instant.now()).toBuilder()
                            .replica("prune-7")
                            .gpus(2)
                            .build());

            // Then
            await().until(
                            () -> {
                                replica.poll(Duration.ofMillis(50));
                                return stage("prune").text().contains("working");
                            });
            var prune = stage("prune");
            assertThat(prune.text()).contains("1 replica,");
            assertThat(prune.select("td.text").eachText())
                    .contains("prune-7", "127.0.0.1", "0, 1, 2, 3, 4, 5, 6, 7", "signs: working");
            assertThat(prune.select("td").eachText()).contains("2");
            assertThat(prune.select("a").eachAttr("href")).contains("/runs/" + run.runId());
            await().until(() -> lag("prune") >= 1);
        }
        assertThat(page("/stages").select("h2").eachText())
                .containsExactly("prune", "distill", "nas", "quantize", "bench");
        ended("timed", 1000, ReleaseMode.AUTOMATIC);
        await().until(() -> stage("prune").text().contains("41.3 s"));
        given().get("/stages").then().body(containsString("/q/metrics"));
    }

    private static int lag(String stage) {
        return stage(stage).select("tbody th[scope=row] ~ td").stream()
                .mapToInt(cell -> Integer.parseInt(cell.text()))
                .sum();
    }

    private static Element stage(String name) {
        return page("/stages").selectFirst("section:has(h2:matchesOwn(^" + name + "$))");
    }

    private RunState released(String model, long size) {
        var run = ended(model, size, ReleaseMode.AUTOMATIC);
        stages.release(result(run, size));
        return run;
    }

    private RunState ended(String model, long size, ReleaseMode release) {
        var state =
                RunFixtures.state(UUID.randomUUID().toString(), Status.PASSED, 2, Instant.now());
        var plan = state.plan().toBuilder().model(model).release(release).build();
        var run = state.toBuilder().plan(plan).build();
        stages.end(run, result(run, size));
        await().until(() -> given().get("/api/runs/" + run.runId()).statusCode() == 200);
        return run;
    }

    private static RunResult result(RunState run, long size) {
        var sample = SampleReport.passed();
        var models = sample.models();
        var candidate = models.get(models.size() - 1).toBuilder().sizeBytes(size).build();
        var report =
                sample.toBuilder()
                        .run(run.runId())
                        .plan(run.plan())
                        .models(List.of(models.get(0), candidate))
                        .build();
        return new RunResult(report, run.models(), List.of());
    }

    private static List<Element> versions(String model) {
        var section = page("/released").selectFirst("section:has(h2:matchesOwn(^" + model + "$))");
        return section == null ? List.of() : section.select("tbody tr");
    }

    private static Element row(Document page, String text) {
        return page.selectFirst("tr:contains(" + text + ")");
    }

    private static Element triggerRow(String id) {
        var row = row(page("/plans"), id);
        return row == null ? new Element("tr") : row;
    }

    private static String trigger(String name, ArtifactRef model) {
        return "{\"model\": \"%s\", \"artifact\": \"%s\"}".formatted(name, model.digest());
    }

    private static ArtifactRef upload(String kind, long seed) {
        return given().contentType("application/gzip")
                .body(PackedFile.of(1000, seed))
                .post("/api/artifacts?kind=" + kind)
                .then()
                .statusCode(200)
                .extract()
                .as(ArtifactRef.class);
    }

    private static Response send(String address, Map<String, String> fields) {
        return given().redirects()
                .follow(false)
                .header("Sec-Fetch-Site", "same-origin")
                .contentType(ContentType.URLENC.withCharset("UTF-8"))
                .formParams(fields)
                .post(address);
    }

    private static Document page(String address) {
        return Jsoup.parse(
                given().urlEncodingEnabled(false)
                        .get(address)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString());
    }
}
