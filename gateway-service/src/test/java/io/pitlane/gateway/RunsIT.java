package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.PLAN;
import static io.pitlane.gateway.runs.RunFixtures.failure;
import static io.pitlane.gateway.runs.RunFixtures.plan;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.result;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.pitlane.gateway.runs.RunFixtures.withModels;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.step.StageName;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunsIT extends GatewayWithStages {
    /** A record, the marker of its transaction, and one marker that is still to come. */
    private static final int OFFSETS_OF_JOB = 3;

    @TestHTTPResource("/api/runs")
    URI api;

    @Test
    void aSubmittedRunIsRunningAndItsFirstJobIsPublished() {
        // Given
        var model = upload("model", 100, 11);
        var data = upload("data", 100, 12);

        // When
        var run = submit(PLAN, model, data).statusCode(201).extract().as(RunState.class);

        // Then
        assertThat(run.status()).isEqualTo(Status.RUNNING);
        assertThat(run.models()).extracting(RunModel::artifact).containsExactly(model);
        assertThat(get(run.runId(), "").extract().as(RunState.class)).isEqualTo(run);
        assertThat(stages.jobs(StageName.PRUNE))
                .filteredOn(job -> job.runId().equals(run.runId()))
                .singleElement()
                .satisfies(
                        job -> {
                            assertThat(job.step()).isZero();
                            assertThat(job.plan()).isEqualTo(run.plan());
                            assertThat(job.plan().steps()).hasSize(3);
                            assertThat(job.data()).isEqualTo(data);
                            assertThat(job.models()).isEqualTo(run.models());
                        });
        assertThat(stages.read(topics.runs()))
                .filteredOn(event -> event.key().equals(run.runId()))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '', null, true
                    '', false, false
                    cache: false, null, false
                    cache: false, true, true
                    """)
    void aRequestSaysWhetherKnownResultsAreUsedElseThePlanDoes(
            String inPlan, String inRequest, boolean expected) throws IOException {
        // Given
        var model = upload("model", 100, 11);
        var data = upload("data", 100, 12);
        var request =
                "{\"plan\": %s, \"model\": \"%s\", \"data\": \"%s\", \"cache\": %s}"
                        .formatted(
                                json(PLAN + inPlan + "\n"),
                                model.digest(),
                                data.digest(),
                                inRequest);

        // When
        var response = given().contentType(ContentType.JSON).body(request).post("/api/runs");

        // Then
        var run = response.then().statusCode(201).extract().as(RunState.class);
        assertThat(run.plan().cache()).isEqualTo(expected);
        assertThat(stages.jobs(StageName.PRUNE))
                .filteredOn(job -> job.runId().equals(run.runId()))
                .extracting(job -> job.plan().cache())
                .containsExactly(expected);
    }

    @Test
    void aCacheThatIsNotTrueOrFalseIsRefused() {
        given().contentType(ContentType.JSON)
                .body("{\"plan\": \"\", \"cache\": \"no\"}")
                .post("/api/runs")
                .then()
                .statusCode(400)
                .body("message", containsString("field 'cache' is not true or false"));
    }

    @Test
    void theJobsOfConsecutiveRunsAreSpreadOverThePartitions() {
        // Given
        var model = upload("model", 100, 11);
        var data = upload("data", 100, 12);
        var topic = topics.jobs(StageName.PRUNE);
        var jobs = stages.jobs(StageName.PRUNE).size();
        var before = stages.ends(topic);

        // When
        for (int i = 0; i < 8; i++) {
            submit(PLAN, model, data).statusCode(201);
        }

        // Then none went where more were waiting than elsewhere
        assertThat(stages.jobs(StageName.PRUNE)).hasSize(jobs + 8);
        var after = stages.ends(topic);
        long least = Collections.min(after.values());
        assertThat(after)
                .allSatisfy(
                        (partition, end) ->
                                assertThat(end)
                                        .isLessThanOrEqualTo(
                                                Math.max(
                                                        before.get(partition),
                                                        least + OFFSETS_OF_JOB)));
    }

    @Test
    void everythingWrongWithARequestIsNamedWithItsPath() {
        // Given
        var before = stages.read(topics.runs()).size();

        // When
        var refusal =
                submit(
                        PLAN.replace("ratio: 0.5", "ratio: 1.5"),
                        ref("aa".repeat(32)),
                        ref("bb".repeat(32)));

        // Then
        refusal.statusCode(400)
                .body("problems.path", hasItems("steps[0].prune.ratio", "model", "data"))
                .body("message", containsString("steps[0].prune.ratio"))
                .body("message", containsString("upload it first"));
        assertThat(stages.read(topics.runs())).hasSize(before);
    }

    @Test
    void aMisspeltFieldIsRefusedWithTheNearestName() {
        submit(PLAN.replace("ratio", "ratoi"), ref("aa"), ref("bb"))
                .statusCode(400)
                .body("problems.path", hasItems("steps[0].prune.ratoi"))
                .body("message", containsString("did you mean 'ratio'?"));
    }

    @Test
    void dataOutsideTheArtifactIsRefused() {
        // Given
        var model = upload("model", 100, 11);
        var data = upload("data", 100, 12);

        // Then
        submit(PLAN.replace("train/images.gz", "/etc/passwd"), model, data)
                .statusCode(400)
                .body("problems.path", equalTo(List.of("data.train.images")));
        submit(PLAN.replace("test/labels.gz", "../labels.gz"), model, data)
                .statusCode(400)
                .body("problems.path", equalTo(List.of("data.test.labels")));
    }

    @Test
    void modelAndDataInEachOthersPlaceAreRefused() {
        // Given
        var model = upload("model", 100, 11);
        var data = upload("data", 100, 12);

        // Then
        submit(PLAN, data, model)
                .statusCode(400)
                .body("problems.path", equalTo(List.of("model", "data")));
    }

    @Test
    void aRequestThatIsNoJsonIsRefused() {
        given().contentType(ContentType.JSON)
                .body("{\"plan\": ")
                .post("/api/runs")
                .then()
                .statusCode(400)
                .body("message", containsString("cannot be read as JSON"));
    }

    @Test
    void everyClientSeesTheRunUntilItsEnd() throws Exception {
        // Given
        var runId = UUID.randomUUID().toString();
        var running = state(runId, Status.RUNNING, 0, Instant.now());
        stages.state(running);
        awaitKnown(runId);

        // When
        var first = watch(runId);
        var early = progress(runId, 0, 0.5, Instant.now());
        stages.progress(early);
        await().until(() -> first.names().size() == 2);
        var second = watch(runId);
        await().until(() -> second.names().size() == 2);
        var later = progress(runId, 1, 0.25, Instant.now());
        stages.progress(later);
        await().until(() -> first.names().size() == 3 && second.names().size() == 3);
        var passed = state(runId, Status.PASSED, 2, running.submittedAt());
        stages.end(passed, result(runId, true, passed.models()));
        await().until(() -> first.isComplete() && second.isComplete());
        var late = watch(runId);
        await().until(late::isComplete);

        // Then
        assertThat(first.names()).containsExactly("state", "progress", "progress", "state");
        assertThat(first.data())
                .containsExactly(json(running), json(early), json(later), json(passed));
        assertThat(second.data()).isEqualTo(first.data());
        assertThat(late.data()).containsExactly(json(passed));
    }

    @Test
    void aQuietStreamShowsSignsOfLife() throws Exception {
        // Given
        var runId = UUID.randomUUID().toString();
        stages.state(state(runId, Status.RUNNING, 0, Instant.now()));
        awaitKnown(runId);

        // When
        var quiet = watch(runId);

        // Then
        await().until(() -> quiet.lines().stream().filter(l -> l.startsWith(":")).count() >= 2);
        assertThat(quiet.names()).containsExactly("state");
        assertThat(quiet.isComplete()).isFalse();
        stages.fail(failure(runId, 0));
        await().until(quiet::isComplete);
    }

    @Test
    void aRunThatPassedHasItsReportAndItsModels() {
        // Given
        var runId = UUID.randomUUID().toString();
        var seed = unused();
        var packed = PackedFile.of(2_000_000, seed);
        var original = new RunModel(RunModel.ORIGINAL, upload("model", 100, 11), List.of());
        var pruned = new RunModel("prune", upload("model", 2_000_000, seed), List.of("a note"));
        var models = List.of(original, pruned);
        var passed = withModels(state(runId, Status.PASSED, 2, Instant.now()), models);

        // When
        stages.end(passed, result(runId, true, models));
        awaitKnown(runId);

        // Then
        get(runId, "/report")
                .statusCode(200)
                .body("run", equalTo(runId))
                .body("verdict.passed", equalTo(true))
                .body("models[0].accuracy.top1", equalTo(0.9f));
        var download = get(runId, "/models/prune").statusCode(200);
        assertThat(download.extract().asByteArray()).isEqualTo(packed);
        download.contentType("application/gzip")
                .header("Content-Length", String.valueOf(packed.length))
                .header("Content-Disposition", containsString("signs-prune.tar.gz"));
        get(runId, "/models/quantize")
                .statusCode(404)
                .contentType(ContentType.JSON)
                .body("message", allOf(containsString("original"), containsString("prune")));
    }

    @Test
    void theCandidateIsDownloadedByItsFormat() {
        // Given
        var runId = UUID.randomUUID().toString();
        var seed = unused();
        var candidate = upload("model", 3000, seed);
        var delivered =
                List.of(
                        new DeliveredModel(DeliveryFormat.TENSORFLOW, 5000, candidate),
                        new DeliveredModel(
                                DeliveryFormat.ONNX,
                                candidate.sizeBytes(),
                                candidate.toBuilder().kind(ArtifactRef.Kind.EXPORT).build()),
                        new DeliveredModel(
                                DeliveryFormat.PACKED,
                                candidate.sizeBytes(),
                                candidate.toBuilder().kind(ArtifactRef.Kind.EXPORT).build()));
        var ended =
                state(runId, Status.NOT_PASSED, 2, Instant.now()).toBuilder()
                        .deliverables(delivered)
                        .build();

        // When
        stages.end(ended, result(runId, false, ended.models()));
        awaitKnown(runId);

        // Then
        get(runId, "")
                .body("deliverables.format", contains("tensorflow", "onnx", "packed"))
                .body("deliverables[0].sizeBytes", equalTo(5000))
                .body("deliverables[1].artifact.digest", equalTo(candidate.digest()));
        var onnx =
                get(runId, "/model?format=onnx")
                        .statusCode(200)
                        .contentType("application/octet-stream")
                        .header("ETag", '"' + candidate.digest() + '"')
                        .header("Content-Disposition", containsString("\"signs.onnx\""));
        assertThat(onnx.extract().asByteArray()).isEqualTo(PackedFile.of(3000, seed));
        get(runId, "/model?format=packed")
                .statusCode(200)
                .contentType("application/octet-stream")
                .header("Content-Disposition", containsString("\"signs.pitlane\""));
        for (var savedModel : List.of("/model", "/model?format=tensorflow")) {
            get(runId, savedModel)
                    .statusCode(200)
                    .contentType("application/gzip")
                    .header("Content-Disposition", containsString("\"signs.tar.gz\""));
        }
        get(runId, "/model?format=tflite")
                .statusCode(404)
                .contentType(ContentType.JSON)
                .body("message", containsString("it delivered: tensorflow, onnx, packed"));
        get(runId, "/model?format=onxx")
                .statusCode(400)
                .body("message", containsString("known: tensorflow, onnx, tflite, packed"))
                .body("action", containsString("'onnx'"));
    }

    @Test
    void aRunThatIsNotOverHasDeliveredNothing() {
        // Given
        var runId = UUID.randomUUID().toString();

        // When
        stages.state(state(runId, Status.RUNNING, 0, Instant.now()));
        awaitKnown(runId);

        // Then
        get(runId, "/model?format=onnx")
                .statusCode(404)
                .body("message", containsString("still running"));
    }

    @Test
    void aModelThatIsNoLongerInTheLogIsGone() throws Exception {
        // Given
        var runId = UUID.randomUUID().toString();
        var model = upload("model", 100, unused());
        var models = List.of(new RunModel(RunModel.ORIGINAL, model, List.of()));
        stages.state(withModels(state(runId, Status.RUNNING, 0, Instant.now()), models));
        awaitKnown(runId);

        // When
        stages.expire(model);

        // Then
        get(runId, "/models/original")
                .statusCode(410)
                .contentType(ContentType.JSON)
                .body("message", containsString(model.digest().substring(0, 12)));
    }

    @Test
    void anArtifactThatExpiredIsUnknownUntilItIsUploadedAgain() throws Exception {
        // Given
        var seed = unused();
        var model = upload("model", 100, seed);
        var data = upload("data", 100, unused());

        // When
        stages.expire(model);

        // Then
        given().get("/api/artifacts/" + model.digest()).then().statusCode(404);
        submit(PLAN, model, data).statusCode(400).body("problems.path", hasItems("model"));
        var again = upload("model", 100, seed);
        assertThat(again.digest()).isEqualTo(model.digest());
        assertThat(again).isNotEqualTo(model);
        given().get("/api/artifacts/" + model.digest()).then().statusCode(200);
    }

    @Test
    void aRunThatFailedSaysWhy() {
        // Given
        var runId = UUID.randomUUID().toString();
        stages.state(state(runId, Status.RUNNING, 1, Instant.now()));

        // When
        stages.fail(failure(runId, 1));

        // Then
        await().untilAsserted(
                        () ->
                                get(runId, "")
                                        .statusCode(200)
                                        .body("status", equalTo("FAILED"))
                                        .body("failure.kind", equalTo("CRASHED"))
                                        .body("failure.stage", equalTo("quantize")));
        get(runId, "/report").statusCode(404).body("message", containsString("failed"));
    }

    @Test
    void theCancellationOfARunIsStoredForItsStage() {
        // Given
        var run = submit(PLAN, upload("model", 100, 11), upload("data", 100, 12));
        var runId = run.statusCode(201).extract().as(RunState.class).runId();

        // When
        given().delete("/api/runs/" + runId).then().statusCode(202).body("runId", equalTo(runId));

        // Then
        assertThat(stages.read(topics.cancellations()))
                .filteredOn(event -> event.key().equals(runId))
                .hasSize(1);
        get(runId, "").body("status", equalTo("RUNNING"));
        stages.fail(failure(runId, 0, Failure.Kind.CANCELLED));
        await().untilAsserted(() -> get(runId, "").body("status", equalTo("CANCELLED")));
        get(runId, "/report").statusCode(404).body("message", containsString("cancelled"));
    }

    @Test
    void aRunThatHasEndedIsNotCancelled() {
        // Given
        var runId = UUID.randomUUID().toString();
        stages.state(state(runId, Status.FAILED, 0, Instant.now()));
        awaitKnown(runId);

        // When
        var response = given().delete("/api/runs/" + runId).then();

        // Then
        response.statusCode(200).body("status", equalTo("FAILED"));
        assertThat(stages.read(topics.cancellations()))
                .filteredOn(event -> event.key().equals(runId))
                .isEmpty();
        given().delete("/api/runs/nobody").then().statusCode(404);
    }

    @Test
    void aRunAtWorkHasNoReportYet() {
        // Given
        var runId = UUID.randomUUID().toString();
        stages.state(state(runId, Status.RUNNING, 0, Instant.now()));
        awaitKnown(runId);

        // Then
        get(runId, "/report").statusCode(404).body("message", containsString("still running"));
    }

    @Test
    void aRunThatNobodySubmittedIsNotFound() {
        for (var path : List.of("", "/report", "/events", "/models/original", "/model")) {
            get("nobody", path)
                    .statusCode(404)
                    .contentType(ContentType.JSON)
                    .body("message", containsString("nobody"));
        }
    }

    @Test
    void runsAreListedTheNewestFirst() {
        // Given
        var future = Instant.now().plusSeconds(3600);
        var older = UUID.randomUUID().toString();
        var newer = UUID.randomUUID().toString();
        stages.state(state(newer, Status.FAILED, 0, future.plusSeconds(1)));
        stages.state(state(older, Status.FAILED, 0, future));
        awaitKnown(older);

        // When
        var listed = given().get("/api/runs").then().statusCode(200).extract();

        // Then
        assertThat(listed.jsonPath().getList("runId", String.class)).startsWith(newer, older);
    }

    @Test
    void aPageOfRunsNamesTheAddressOfTheNext() {
        // Given
        var plan = plan().toBuilder().name("paged-" + UUID.randomUUID()).build();
        var ids = IntStream.range(0, 5).mapToObj(i -> UUID.randomUUID().toString()).toList();
        for (int i = 0; i < ids.size(); i++) {
            var failed = state(ids.get(i), Status.FAILED, 0, Instant.now().minusSeconds(i));
            stages.state(failed.toBuilder().plan(plan).build());
        }
        awaitKnown(ids.get(4));

        // When
        var pages = new ArrayList<List<String>>();
        var address = "/api/runs?status=failed&limit=2&plan=" + plan.name();
        while (address != null) {
            var page = given().urlEncodingEnabled(false).get(address);
            pages.add(page.jsonPath().getList("runId", String.class));
            var link = page.header("Link");
            address = link == null ? null : link.replaceAll("<(.*)>; rel=\"next\"", "$1");
        }

        // Then
        assertThat(pages).containsExactly(ids.subList(0, 2), ids.subList(2, 4), ids.subList(4, 5));
    }

    @Test
    void aPageThatCannotBeIsRefused() {
        given().get("/api/runs?limit=0").then().statusCode(400);
        given().get("/api/runs?status=runing")
                .then()
                .statusCode(400)
                .body("message", containsString("known: running, passed"))
                .body("action", containsString("'running'"));
        given().get("/api/runs?before=nobody").then().statusCode(404);
    }

    @Test
    void theEventsOfAllRunsGoOnAfterTheEndOfOne() throws Exception {
        // Given
        var before = UUID.randomUUID().toString();
        stages.state(state(before, Status.RUNNING, 0, Instant.now()));
        awaitKnown(before);

        // When
        var all = new EventStream(URI.create(api + "/events"));
        await().until(() -> all.data().stream().anyMatch(data -> data.contains(before)));
        stages.fail(failure(before, 0));
        var later = UUID.randomUUID().toString();
        stages.state(state(later, Status.RUNNING, 0, Instant.now()));
        stages.progress(progress(later, 0, 0.5, Instant.now()));

        // Then
        await().until(
                        () ->
                                all.data().stream().filter(d -> d.contains(later)).count() == 2
                                        && all.data().stream()
                                                .anyMatch(
                                                        d ->
                                                                d.contains(before)
                                                                        && d.contains("FAILED")));
        assertThat(all.isComplete()).isFalse();
        stages.fail(failure(later, 0));
    }

    @Test
    void aRecordThatCannotBeReadDoesNotStopTheReading() {
        // Given
        var runId = UUID.randomUUID().toString();

        // When
        stages.garbage(topics.runs());
        stages.garbage(topics.progress());
        stages.state(state(runId, Status.RUNNING, 0, Instant.now()));

        // Then
        awaitKnown(runId);
    }

    private EventStream watch(String runId) throws IOException, InterruptedException {
        return new EventStream(URI.create(api + "/" + runId + "/events"));
    }

    private static void awaitKnown(String runId) {
        await().until(() -> get(runId, "").extract().statusCode() == 200);
    }

    /** Bytes that no earlier test left in a cache. */
    private static long unused() {
        return ThreadLocalRandom.current().nextLong();
    }

    private static ArtifactRef upload(String kind, int bytes, long seed) {
        return given().contentType("application/gzip")
                .body(PackedFile.of(bytes, seed))
                .post("/api/artifacts?kind=" + kind)
                .then()
                .statusCode(200)
                .extract()
                .as(ArtifactRef.class);
    }

    private static ArtifactRef ref(String digest) {
        return new ArtifactRef(digest, 1, ArtifactRef.Kind.MODEL, 0, 0, 0, 1);
    }

    private static ValidatableResponse submit(String plan, ArtifactRef model, ArtifactRef data) {
        return given().contentType(ContentType.JSON)
                .body(new RunRequest(plan, model.digest(), data.digest()))
                .post("/api/runs")
                .then();
    }

    private static ValidatableResponse get(String runId, String path) {
        return given().get("/api/runs/" + runId + path).then();
    }

    private static String json(Object value) throws IOException {
        return ContractJson.MAPPER.writeValueAsString(value);
    }
}
