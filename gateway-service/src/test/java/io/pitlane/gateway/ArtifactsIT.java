package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class ArtifactsIT extends GatewayWithStages {
    private static final int MEBIBYTE = 1024 * 1024;

    @ConfigProperty(name = "pitlane.work.folder")
    Path workFolder;

    @Inject ArtifactStore store;

    @Test
    void onlyAModelIsDescribedAndOnlyWhereThereIsACommandForIt() {
        // Given
        var data = digest("data", 71);
        var model = digest("model", 72);

        // Then
        for (var none : List.of("0".repeat(64), data)) {
            given().get("/api/artifacts/" + none + "/description")
                    .then()
                    .statusCode(404)
                    .body("message", containsString("There is no model with digest"));
        }
        given().get("/api/artifacts/" + model + "/description")
                .then()
                .statusCode(501)
                .body("action", containsString("pitlane inspect MODEL"));
    }

    private static String digest(String kind, long seed) {
        return given().contentType("application/gzip")
                .body(PackedFile.of(1000, seed))
                .post("/api/artifacts?kind=" + kind)
                .then()
                .statusCode(200)
                .extract()
                .path("digest");
    }

    @Test
    void anUploadedArtifactIsInTheLogByteForByte() throws IOException {
        // Given
        var packed = PackedFile.of(3 * MEBIBYTE, 1);

        // When
        var ref = upload("model", packed).statusCode(200).extract().as(ArtifactRef.class);

        // Then
        assertThat(ref.digest()).isEqualTo(sha256(packed));
        assertThat(ref.sizeBytes()).isEqualTo(packed.length);
        assertThat(ref.unpackedBytes()).isEqualTo(3 * MEBIBYTE);
        assertThat(ref.kind()).isEqualTo(ArtifactRef.Kind.MODEL);
        assertThat(store.fetch(ref)).hasBinaryContent(packed);
        assertThat(find(ref.digest()).statusCode(200).extract().as(ArtifactRef.class))
                .isEqualTo(ref);
    }

    @Test
    void theSameBytesUploadedTwiceAreStoredOnce() {
        // Given
        var packed = PackedFile.of(2 * MEBIBYTE, 2);
        var first = upload("data", packed).extract().as(ArtifactRef.class);
        var chunks = stages.read(topics.artifacts()).size();

        // When
        var second = upload("data", packed).statusCode(200).extract().as(ArtifactRef.class);

        // Then
        assertThat(second).isEqualTo(first);
        assertThat(stages.read(topics.artifacts())).hasSize(chunks);
    }

    @Test
    void theSameBytesAsAnotherKindAreStoredOnceToo() {
        // Given
        var packed = PackedFile.of(1000, 3);
        var data = upload("data", packed).extract().as(ArtifactRef.class);
        var chunks = stages.read(topics.artifacts()).size();

        // When
        var model = upload("model", packed).statusCode(200).extract().as(ArtifactRef.class);

        // Then
        assertThat(model.kind()).isEqualTo(ArtifactRef.Kind.MODEL);
        assertThat(model.firstOffset()).isEqualTo(data.firstOffset());
        assertThat(stages.read(topics.artifacts())).hasSize(chunks);
    }

    @Test
    void anUploadLeavesNothingOnDisk() throws IOException {
        // When
        upload("model", PackedFile.of(1000, 4)).statusCode(200);
        upload("model", new byte[] {1, 2, 3}).statusCode(400);

        // Then
        try (var left = Files.list(workFolder.resolve("uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatIsNotGzipIsRefused() {
        upload("model", "a text".getBytes(StandardCharsets.UTF_8))
                .statusCode(400)
                .body("message", containsString("not gzip"))
                .body("action", containsString(".tar.gz"));
    }

    @Test
    void anUploadOverTheLimitIsRefused() {
        upload("model", PackedFile.of(9 * MEBIBYTE, 5))
                .statusCode(413)
                .body("message", containsString("8388608 bytes allowed"))
                .body("action", containsString("pitlane.upload.max-bytes"));
    }

    @Test
    void anUploadThatUnpacksToMoreThanAllowedIsRefused() throws IOException {
        upload("model", PackedFile.ofZeros(40 * MEBIBYTE))
                .statusCode(413)
                .body("message", containsString("unpacks to more than the 33554432 bytes allowed"))
                .body("action", containsString("pitlane.artifact.max-unpacked"));
    }

    @Test
    void anUploadThatIsCutOffIsRefused() {
        var packed = PackedFile.of(100_000, 7);

        upload("model", Arrays.copyOf(packed, packed.length / 2))
                .statusCode(400)
                .body("message", containsString("The upload cannot be unpacked: "));
    }

    @Test
    void anUnknownKindIsRefused() {
        upload("modle", PackedFile.of(10, 6))
                .statusCode(400)
                .body("message", containsString("'modle'"))
                .body("action", containsString("kind=model"));
    }

    @Test
    void aDigestThatWasNeverUploadedIsNotFound() {
        find("00ff").statusCode(404).body("message", containsString("00ff"));
    }

    @Test
    void anotherContentTypeIsRefusedInTheSameFormOfError() {
        given().contentType(ContentType.TEXT)
                .body("text")
                .post("/api/artifacts?kind=model")
                .then()
                .statusCode(415)
                .body("message", notNullValue())
                .body("action", notNullValue());
    }

    @Test
    void anUnknownPathIsNotFoundInTheSameFormOfError() {
        given().get("/api/nothing")
                .then()
                .statusCode(404)
                .contentType(ContentType.JSON)
                .body("message", not(containsString("Exception")))
                .body("action", notNullValue());
    }

    @Test
    void theInterfaceIsDocumented() {
        given().accept(ContentType.JSON)
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("info.title", equalTo("Pitlane gateway"))
                .body("paths.'/api/runs/{id}/events'.get.summary", equalTo("Watch a run"))
                .body("paths.'/api/artifacts'.post.requestBody", notNullValue());
    }

    private static ValidatableResponse upload(String kind, byte[] body) {
        return given().contentType("application/gzip")
                .body(body)
                .post("/api/artifacts?kind=" + kind)
                .then();
    }

    private static ValidatableResponse find(String digest) {
        return given().get("/api/artifacts/" + digest).then();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
