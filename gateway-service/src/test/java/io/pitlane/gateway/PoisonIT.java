package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.PLAN;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.gateway.errors.ApiError;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Hostile and broken requests: each is refused in words, and the next run is accepted. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class PoisonIT {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @ConfigProperty(name = "pitlane.work.folder")
    Path workFolder;

    @TestHTTPResource("/")
    URI server;

    @Inject Topics topics;
    private ArtifactRef model;
    private ArtifactRef data;

    /** What is sent, what must come back, and a part of the sentence that goes with it. */
    private record Poison(String name, int status, String words, Request request) {}

    /** Sends one request. */
    @FunctionalInterface
    private interface Request {
        Response send() throws Exception;
    }

    @BeforeEach
    void upload() {
        Readiness.await();
        model = upload("model");
        data = upload("data");
    }

    @TestFactory
    List<DynamicTest> everyPoisonIsRefusedInWordsAndTheNextRunIsAccepted() {
        return poisons().stream()
                .map(poison -> DynamicTest.dynamicTest(poison.name(), () -> isRefused(poison)))
                .toList();
    }

    private void isRefused(Poison poison) throws Exception {
        // When
        var answer = poison.request().send();

        // Then
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(poison.status());
        var error = ContractJson.MAPPER.readValue(answer.asByteArray(), ApiError.class);
        assertThat(error.message() + " " + error.action())
                .contains(poison.words())
                .doesNotContain("Exception", "com.fasterxml", "io.pitlane.contract")
                .hasSizeLessThan(4000);
        assertThat(error.message()).isNotBlank();
        assertThat(error.action()).isNotBlank();
        assertThat(run(PLAN, model.digest(), data.digest()).statusCode()).isEqualTo(201);
    }

    private List<Poison> poisons() {
        var all = new ArrayList<Poison>();
        all.addAll(requests());
        all.addAll(plans());
        all.addAll(artifacts());
        all.addAll(paths());
        return all;
    }

    private List<Poison> requests() {
        return List.of(
                poison("no JSON", 400, "cannot be read as JSON", () -> body("plan: {")),
                poison("JSON that is cut off", 400, "cannot be read", () -> body("{\"plan\": \"a")),
                poison("nothing at all", 400, "no object", () -> body("")),
                poison("null", 400, "no object", () -> body("null")),
                poison("a list", 400, "no object", () -> body("[{}]")),
                poison("two objects", 400, "more follows", () -> body("{} {}")),
                poison(
                        "fields of the wrong type",
                        400,
                        "'model' is not text",
                        () -> body("{\"plan\": \"a\", \"model\": 17, \"data\": {}}")),
                poison(
                        "an unknown field",
                        400,
                        "Write 'model'",
                        () -> body("{\"plan\": \"a\", \"modle\": \"b\"}")),
                poison(
                        "the same field twice",
                        400,
                        "Duplicate",
                        () -> body("{\"plan\": \"a\", \"plan\": \"b\"}")),
                poison(
                        "JSON 100,000 levels deep",
                        400,
                        "cannot be read",
                        () -> body("{\"plan\": " + "[".repeat(100_000))),
                poison(
                        "another content type",
                        415,
                        "openapi",
                        () -> given().contentType(ContentType.XML).body("<a/>").post("/api/runs")),
                poison(
                        "a method that is not there",
                        405,
                        "openapi",
                        () -> given().put("/api/runs")),
                poison(
                        "a request of 300 KiB",
                        413,
                        "262144 bytes",
                        () -> run("x".repeat(300 << 10), model.digest(), data.digest())),
                poison(
                        "bytes that are no UTF-8",
                        400,
                        "cannot be read",
                        () ->
                                given().contentType("application/json")
                                        .body(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe})
                                        .post("/api/runs")));
    }

    private List<Poison> plans() {
        var steps = PLAN.substring(PLAN.indexOf("steps:"));
        return List.of(
                plan("a text that is no plan", "nonsense", "a plan is an object"),
                plan("broken YAML", "name: [", "not readable as YAML or JSON"),
                plan("a misspelt option", PLAN.replace("ratio", "ratoi"), "did you mean 'ratio'"),
                plan("an unknown stage", PLAN.replace("prune", "shrink"), "unknown step 'shrink'"),
                plan(
                        "10,000 steps",
                        PLAN.replace(steps, "steps: [" + "{prune: {ratio: 0.5}},".repeat(10_000))
                                + "]",
                        "at most 32 steps"),
                plan(
                        "a plan 10,000 levels deep",
                        PLAN + "input: " + "[".repeat(10_000) + "]".repeat(10_000),
                        "depth"),
                plan("a huge name", PLAN.replace("signs", "s".repeat(100_000)), "1 to 64 letters"),
                plan("not a number", PLAN.replace("0.5", ".nan"), "'.nan'"),
                plan("infinity", PLAN.replace("0.5", ".inf"), "'.inf'"),
                plan("a negative number", PLAN.replace("0.5", "-1"), "ratio"),
                plan("a number as text", PLAN.replace("0.5", "half"), "expected a number"),
                plan("the same option twice", PLAN + "name: other\n", "uplicate"),
                plan(
                        "aliases of aliases",
                        "a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\n" + PLAN,
                        "unknown field 'a'"),
                plan("a Java class", PLAN.replace("0.5", "!!java.net.URL [x]"), "ratio"),
                plan("a path that climbs out", PLAN.replace("train/images", "../../x"), "'..'"),
                plan(
                        "an absolute path",
                        PLAN.replace("train/images.gz", "/etc/passwd"),
                        "relative"),
                plan("a seed too large", PLAN + "seed: 1e400\n", "seed"));
    }

    private List<Poison> artifacts() {
        return List.of(
                poison(
                        "a digest of nothing",
                        400,
                        "upload it first",
                        () -> run(PLAN, "ab".repeat(32), data.digest())),
                poison(
                        "data in the model's place",
                        400,
                        "another kind",
                        () -> run(PLAN, data.digest(), data.digest())),
                poison(
                        "a path as a digest",
                        400,
                        "is no digest",
                        () -> run(PLAN, "../../etc/passwd", data.digest())),
                poison("an artifact that has expired", 400, "has expired", this::expired),
                poison(
                        "an upload that is no gzip",
                        400,
                        "not gzip",
                        () -> send("application/gzip", "PK zip".getBytes(UTF_8))),
                poison(
                        "an empty upload",
                        400,
                        "not gzip",
                        () -> send("application/gzip", new byte[0])),
                poison(
                        "an upload that is too large",
                        413,
                        "pitlane.upload.max-bytes",
                        () -> send("application/gzip", PackedFile.of(9 << 20, 1))),
                poison("an unknown kind", 400, "is no kind", () -> kind("report")),
                poison("no kind", 400, "kind is missing", () -> kind(null)));
    }

    private List<Poison> paths() {
        return List.of(
                poison(
                        "a run id that climbs out",
                        404,
                        "no run",
                        () ->
                                given().urlEncodingEnabled(false)
                                        .get("/api/runs/..%2f..%2fetc%2fpasswd")),
                poison(
                        "a run id with a line end",
                        404,
                        "no run",
                        () -> given().urlEncodingEnabled(false).get("/api/runs/a%0d%0aX-A:%20b")),
                poison(
                        "a run id of 3,000 characters",
                        404,
                        "no run",
                        () -> given().get("/api/runs/" + "a".repeat(3000))),
                poison(
                        "a label that climbs out",
                        404,
                        "no model",
                        () ->
                                given().urlEncodingEnabled(false)
                                        .get("/api/runs/" + started() + "/models/..%2f..%2fx")),
                poison(
                        "a digest that climbs out",
                        404,
                        "no artifact",
                        () -> given().urlEncodingEnabled(false).get("/api/artifacts/..%2fx")));
    }

    @Test
    void anUploadThatIsCutOffLeavesNothingBehind() throws IOException {
        // Given
        var half = PackedFile.of(100_000, 7);

        // When
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream().write(head(4_000_000).getBytes(UTF_8));
            socket.getOutputStream().write(half);
            await().until(() -> uploadsAtWork() == 1);
        }

        // Then
        await().until(() -> uploadsAtWork() == 0);
        assertThat(run(PLAN, model.digest(), data.digest()).statusCode()).isEqualTo(201);
    }

    @Test
    void uploadsBeyondTheNumberAllowedAreToldToComeAgain() throws IOException {
        // Given
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 4; i++) {
                sockets.add(stalled());
            }
            await().until(() -> uploadsAtWork() == 4);

            // When
            var refused = send("application/gzip", PackedFile.of(100, 1));

            // Then
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(refused.asString()).contains("pitlane.upload.parallel");
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
        await().until(() -> uploadsAtWork() == 0);
        upload("model");
    }

    @Test
    void anUploadThatSaysItIsHugeIsRefusedBeforeItComes() throws IOException {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            // When
            socket.getOutputStream().write(head(999_999_999_999L).getBytes(UTF_8));
            socket.getOutputStream().write(PackedFile.of(1000, 1));

            // Then
            var answer = new byte[12];
            assertThat(socket.getInputStream().readNBytes(answer, 0, 12)).isEqualTo(12);
            assertThat(answer).asString(UTF_8).isEqualTo("HTTP/1.1 413");
        }
    }

    private static String head(long length) {
        return "POST /api/artifacts?kind=model HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/gzip\r\nContent-Length: "
                + length
                + "\r\n\r\n";
    }

    private Socket stalled() throws IOException {
        var socket = new Socket(server.getHost(), server.getPort());
        socket.getOutputStream().write(head(4_000_000).getBytes(UTF_8));
        socket.getOutputStream().write(PackedFile.of(1000, 1));
        return socket;
    }

    private long uploadsAtWork() throws IOException {
        try (var files = Files.list(workFolder.resolve("uploads"))) {
            return files.count();
        }
    }

    private static Poison poison(String name, int status, String words, Request request) {
        return new Poison(name, status, words, request);
    }

    private Poison plan(String name, String plan, String words) {
        return poison(name, 400, words, () -> run(plan, model.digest(), data.digest()));
    }

    private Response expired() throws Exception {
        var old = upload("model");
        try (var stages = new SimulatedStages(bootstrapServers, topics)) {
            stages.expire(old);
        }
        model = upload("model");
        data = upload("data");
        return run(PLAN, old.digest(), data.digest());
    }

    private String started() {
        return run(PLAN, model.digest(), data.digest()).jsonPath().getString("runId");
    }

    private static Response body(String body) {
        return given().contentType(ContentType.JSON).body(body).post("/api/runs");
    }

    private static Response run(String plan, String model, String data) {
        return given().contentType(ContentType.JSON)
                .body(new RunRequest(plan, model, data))
                .post("/api/runs");
    }

    private static Response send(String type, byte[] body) {
        return given().contentType(type).body(body).post("/api/artifacts?kind=model");
    }

    private static Response kind(String kind) {
        var query = kind == null ? "" : "?kind=" + kind;
        return given().contentType("application/gzip")
                .body(PackedFile.of(10, 1))
                .post("/api/artifacts" + query);
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
