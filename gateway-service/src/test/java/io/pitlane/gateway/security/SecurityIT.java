package io.pitlane.gateway.security;

import static io.pitlane.gateway.security.ProtectedProfile.AUDIENCE;
import static io.pitlane.gateway.security.ProtectedProfile.KEY;
import static io.pitlane.gateway.security.ProtectedProfile.NEXT_KEY;
import static io.pitlane.gateway.security.ProtectedProfile.READER_KEY;
import static io.pitlane.gateway.security.ProtectedProfile.READER_ROLE;
import static io.pitlane.gateway.security.ProtectedProfile.ROLE;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.not;

import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ProtectedProfile.class)
@QuarkusTestResource(EmbeddedKafkaResource.class)
class SecurityIT {
    @TestHTTPResource("/")
    URI server;

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> given().get("/q/health/ready").statusCode() == 200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/runs",
        "POST, /api/runs",
        "GET, /api/runs/any",
        "GET, /api/runs/any/events",
        "GET, /api/runs/any/report",
        "GET, /api/runs/any/models/original",
        "POST, /api/artifacts?kind=model",
        "GET, /api/artifacts/00ff",
        "GET, /api/plans",
        "PUT, /api/plans/signs",
        "DELETE, /api/plans/signs",
        "POST, /api/triggers",
        "GET, /",
        "GET, /runs",
        "GET, /runs/any",
        "GET, /compare",
        "POST, /api/runs/any/approval",
        "POST, /runs/any/cancel",
        "POST, /runs/any/approval",
        "POST, /logout",
        "GET, /login/../runs",
        "GET, /board/../api/runs",
        "GET, /anything/else",
        "GET, //api/runs",
        "GET, /api//runs",
        "GET, /api;a=b/runs",
        "GET, /q/health/../../api/runs",
        "GET, /%61pi/runs",
        "GET, /q/info"
    })
    void nobodyComesInWithoutAKey(String method, String path) throws Exception {
        // When
        var answer = raw(method, path);

        // Then
        assertThat(answer).startsWith("HTTP/1.1 401").contains("asks for a key or a token");
    }

    @Test
    void aPathThatOnlyBeginsAsAPublicOneLeadsNowhere() throws Exception {
        assertThat(raw("GET", "/q/health/..%2f..%2fapi/runs")).startsWith("HTTP/1.1 404");
    }

    @Test
    void whoIsRefusedIsToldWhatToSend() {
        given().get("/api/runs")
                .then()
                .statusCode(401)
                .contentType(ContentType.JSON)
                .header("WWW-Authenticate", containsString("ApiKey"))
                .body("message", containsString("asks for a key"))
                .body("action", containsString("X-API-Key"))
                .body("action", containsString("PITLANE_TOKEN"));
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, NEXT_KEY})
    void everyKeyOpens(String key) {
        given().header("X-API-Key", key).get("/api/runs").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abcdef0123456789abcdeX", "0123456789abcdef"})
    void aWrongKeyDoesNotOpen(String key) {
        refused(given().header("X-API-Key", key).get("/api/runs").then(), 401);
    }

    @Test
    void aKeyInTheAddressDoesNotOpen() {
        refused(given().get("/api/runs?X-API-Key=" + KEY + "&api_key=" + KEY).then(), 401);
    }

    @Test
    void aTokenWithTheRoleOpens() {
        bearer(TokenIssuer.token(AUDIENCE, ROLE)).statusCode(200);
    }

    @Test
    void aTokenWithoutTheRoleIsForbidden() {
        var answer = bearer(TokenIssuer.token(AUDIENCE, "reader"));

        refused(answer, 403).body("message", containsString(ROLE));
    }

    @Test
    void whoOnlyReadsReadsEverythingAndChangesNothing() {
        // Given
        var clients =
                List.<Supplier<RequestSpecification>>of(
                        () -> given().header("X-API-Key", READER_KEY),
                        () -> given().auth().oauth2(TokenIssuer.token(AUDIENCE, READER_ROLE)));

        // Then
        for (var client : clients) {
            client.get().get("/api/runs").then().statusCode(200);
            client.get().get("/runs").then().statusCode(200);
            for (var request :
                    Map.of(
                                    "/api/runs", "POST",
                                    "/api/artifacts?kind=model", "POST",
                                    "/api/runs/any", "DELETE",
                                    "/api/runs/any/approval", "POST",
                                    "/api/plans/signs", "PUT",
                                    "/api/triggers", "POST",
                                    "/runs/any/cancel", "POST",
                                    "/runs/any/approval", "POST")
                            .entrySet()) {
                var path = request.getKey();
                refused(client.get().body("{}").request(request.getValue(), path).then(), 403)
                        .body("message", containsString("may read"));
            }
        }
    }

    @Test
    void whoOnlyReadsMayCheckAPlan() {
        given().header("X-API-Key", READER_KEY)
                .contentType(ContentType.JSON)
                .body(Map.of("plan", "name: signs"))
                .post("/api/plan-check")
                .then()
                .statusCode(200)
                .body("problems", not(empty()));
        refused(given().post("/api/plan-check").then(), 401);
    }

    @Test
    void aSessionOfAKeyThatOnlyReadsSeesNoButtonsAndCanBeClosed() {
        // Given
        var cookie = signIn(READER_KEY, "/runs").cookie(BrowserSessions.COOKIE);

        // Then
        withSession(cookie).get("/runs").then().statusCode(200).body(containsString("Sign out"));
        withSession(cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .post("/runs/any/cancel")
                .then()
                .statusCode(403);
        withSession(cookie).post("/logout").then().statusCode(303);
    }

    @Test
    void aTokenForSomebodyElseDoesNotOpen() {
        refused(bearer(TokenIssuer.token("another-service", ROLE)), 401);
    }

    @Test
    void aForgedTokenDoesNotOpen() {
        refused(bearer(TokenIssuer.forged(AUDIENCE, ROLE)), 401);
        refused(bearer("no.token.atall"), 401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/metrics", "/q/openapi"})
    void probesAndScrapersNeedNoKey(String path) {
        given().get(path).then().statusCode(200);
    }

    @Test
    void aBrowserWithoutASessionIsSentToTheForm() {
        // When
        var response = browser().get("/runs?plan=signs");

        // Then
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.header("Location")).isEqualTo("/login?to=%2Fruns%3Fplan%3Dsigns");
        browser()
                .get(response.header("Location"))
                .then()
                .statusCode(200)
                .contentType(ContentType.HTML)
                .body(
                        containsString("value=\"/runs?plan=signs\""),
                        not(containsString("Sign out")));
        for (var file : List.of("report.css", "board.css", "board.js", "icon.svg")) {
            given().get("/board/" + file).then().statusCode(200);
        }
        browser().get("/api/runs").then().statusCode(401).contentType(ContentType.JSON);
    }

    @Test
    void aKeyOpensASessionThatReadsEverything() {
        // When
        var response = signIn(KEY, "/runs?plan=signs");

        // Then
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.header("Location")).endsWith("/runs?plan=signs");
        assertThat(response.header("Set-Cookie"))
                .containsIgnoringCase("HttpOnly")
                .containsIgnoringCase("SameSite=Strict")
                .contains("Path=/")
                .doesNotContain(KEY);
        var cookie = response.cookie(BrowserSessions.COOKIE);
        withSession(cookie).get("/runs").then().statusCode(200).body(containsString("Sign out"));
        withSession(cookie).get("/api/runs").then().statusCode(200);
    }

    @Test
    void aSessionChangesSomethingByThePagesOnly() {
        // Given
        var cookie = signIn(KEY, "/runs").cookie(BrowserSessions.COOKIE);

        // Then
        withSession(cookie).delete("/api/runs/any").then().statusCode(401);
        withSession(cookie)
                .header("Sec-Fetch-Site", "same-site")
                .delete("/api/runs/any")
                .then()
                .statusCode(401);
        withSession(cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .delete("/api/runs/any")
                .then()
                .statusCode(404);
        withSession(cookie)
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/runs")
                .then()
                .statusCode(401);
        withSession(cookie)
                .header("Sec-Fetch-Site", "cross-site")
                .post("/runs/any/cancel")
                .then()
                .statusCode(403);
        withSession(cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .post("/runs/any/cancel")
                .then()
                .statusCode(404);
    }

    @Test
    void aWrongKeyOpensNoSession() {
        var response = signIn("0".repeat(32), "/runs");

        response.then().statusCode(403).body(containsString("no key of this gateway"));
        assertThat(response.cookies()).isEmpty();
    }

    @Test
    void aCookieThatIsNotOfASessionOpensNothing() {
        for (var cookie : List.of("", "ci.9999999999.AAAA", "x")) {
            withSession(cookie).get("/runs").then().statusCode(303);
            withSession(cookie).get("/api/runs").then().statusCode(401);
            withSession(cookie).get("/login").then().statusCode(200);
        }
    }

    @Test
    void theFormIsNotAWayToOtherHosts() {
        assertThat(signIn(KEY, "//elsewhere.example/runs").header("Location"))
                .endsWith(server.getAuthority() + "/runs");
    }

    @Test
    void signingOutEndsTheSessionOfTheBrowser() {
        // Given
        var cookie = signIn(KEY, "/runs").cookie(BrowserSessions.COOKIE);

        // When
        var response = withSession(cookie).post("/logout");

        // Then
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.header("Set-Cookie")).contains("Max-Age=0");
    }

    private static Response signIn(String key, String to) {
        return browser()
                .header("Sec-Fetch-Site", "same-origin")
                .contentType(ContentType.URLENC)
                .formParam("key", key)
                .formParam("to", to)
                .post("/login");
    }

    private static RequestSpecification withSession(String cookie) {
        return browser().cookie(BrowserSessions.COOKIE, cookie);
    }

    private static RequestSpecification browser() {
        return given().urlEncodingEnabled(false)
                .redirects()
                .follow(false)
                .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    }

    @Test
    void aLargeUploadWithoutAKeyIsRefusedBeforeItIsReceived() throws Exception {
        // Given
        var request =
                HttpRequest.newBuilder(server.resolve("/api/artifacts?kind=model"))
                        .header("Content-Type", "application/gzip")
                        .POST(
                                BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[32 << 20])))
                        .build();

        // When
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("X-API-Key");
    }

    private static ValidatableResponse bearer(String token) {
        return given().header("Authorization", "Bearer " + token).get("/api/runs").then();
    }

    private static ValidatableResponse refused(ValidatableResponse answer, int status) {
        return answer.statusCode(status)
                .contentType(ContentType.JSON)
                .body("message", not(containsString("Exception")))
                .body("action", containsString("."));
    }

    /** Sent as it is: clients would tidy the path up. */
    private String raw(String method, String path) throws Exception {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream()
                    .write(
                            (method
                                            + " "
                                            + path
                                            + " HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Content-Type: application/json\r\n"
                                            + "Content-Length: 0\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
