package io.pitlane.gateway.security;

import static io.pitlane.gateway.security.ProtectedProfile.READER_ROLE;
import static io.pitlane.gateway.security.ProtectedProfile.ROLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody with a browser signs in at an OpenID Connect provider. */
@QuarkusTest
@TestProfile(ProtectedProfile.class)
@QuarkusTestResource(EmbeddedKafkaResource.class)
class SignInAtProviderIT {
    @TestHTTPResource("/")
    URI server;

    private final CookieManager cookies = new CookieManager();
    private final HttpClient browser =
            HttpClient.newBuilder().cookieHandler(cookies).followRedirects(Redirect.NORMAL).build();

    @BeforeEach
    void ready() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> get("/q/health/ready").statusCode() == 200);
    }

    private HttpResponse<String> get(String address) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(server.resolve(address)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return browser.send(
                request.header("Accept", "text/html,*/*;q=0.8").build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String site)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Sec-Fetch-Site", site)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}")));
    }

    /** From a page that asks for a session to that page. */
    private HttpResponse<String> signIn(String role) throws IOException, InterruptedException {
        SignIns.role = role;
        var form = Jsoup.parse(get("/runs?plan=signs").body());
        return get(form.selectFirst("a.button").attr("href"));
    }

    @Test
    void anOperatorComesBackToThePageAndMayChangeSomething() throws Exception {
        // When
        var page = signIn(ROLE);

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.uri()).isEqualTo(server.resolve("/runs?plan=signs"));
        assertThat(page.body()).contains("Sign out", "New run");
        assertThat(get("/api/runs").statusCode()).isEqualTo(200);
        assertThat(post("/runs/any/cancel", "same-origin").statusCode()).isEqualTo(404);
        assertThat(post("/api/runs", "same-origin").statusCode()).isEqualTo(400);
    }

    @Test
    void aPageOfAnotherSiteChangesNothingInTheNameOfTheVisitor() throws Exception {
        // Given
        signIn(ROLE);

        // Then
        assertThat(post("/runs/any/cancel", "cross-site").statusCode()).isEqualTo(403);
        for (var site : new String[] {"cross-site", "same-site"}) {
            var response = post("/api/runs", site);
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.body()).contains("by the pages of this gateway");
        }
    }

    @Test
    void aViewerReadsAndChangesNothing() throws Exception {
        // When
        var page = signIn(READER_ROLE);

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Sign out").doesNotContain("New run");
        assertThat(post("/runs/any/cancel", "same-origin").statusCode()).isEqualTo(403);
        assertThat(post("/api/runs", "same-origin").statusCode()).isEqualTo(403);
    }

    @Test
    void whoHasNoRoleIsToldSoAndCanSignOut() throws Exception {
        // When
        var page = signIn("gardener");

        // Then
        assertThat(page.uri().getPath()).isEqualTo("/login");
        assertThat(page.body()).contains("none of the roles", "Sign out");
        assertThat(get("/api/runs").statusCode()).isEqualTo(403);
    }

    @Test
    void whomTheProviderDoesNotKnowIsSentToTheForm() throws Exception {
        // When
        var page = signIn("");

        // Then
        assertThat(page.uri().getPath()).isEqualTo("/login");
        assertThat(page.body()).contains("did not confirm").doesNotContain("Sign out");
    }

    @Test
    void aCodeThatTheVisitorDidNotAskForOpensNothing() throws Exception {
        // When
        var page = get("/login/oidc?code=stolen&state=guessed");

        // Then
        assertThat(page.body()).doesNotContain("Sign out");
        assertThat(get("/api/runs").statusCode()).isEqualTo(401);
    }

    @Test
    void aSessionOutlivesItsTokenWhereTheProviderRenewsIt() throws Exception {
        // Given
        SignIns.lifetime = 1;
        var renewed = SignIns.RENEWED.get();

        // When
        signIn(ROLE);

        // Then
        await().untilAsserted(
                        () -> {
                            assertThat(get("/api/runs").statusCode()).isEqualTo(200);
                            assertThat(SignIns.RENEWED.get()).isGreaterThan(renewed);
                        });
        assertThat(get("/runs").body()).contains("New run");
    }

    @AfterEach
    void tokensLast() {
        SignIns.lifetime = 60;
    }

    @Test
    void theCookiesOfASessionAreForTheBrowserAlone() throws Exception {
        // When
        signIn(ROLE);

        // Then
        var session =
                cookies.getCookieStore().getCookies().stream()
                        .filter(cookie -> cookie.getName().startsWith("q_session"))
                        .toList();
        assertThat(session).isNotEmpty().allMatch(HttpCookie::isHttpOnly);
        assertThat(session).noneMatch(cookie -> cookie.getValue().contains("eyJ0eXAi"));
    }

    @Test
    void signingOutEndsTheSession() throws Exception {
        // Given
        signIn(ROLE);

        // When
        var page = post("/logout", "same-origin");

        // Then
        assertThat(page.uri().getPath()).isEqualTo("/login");
        assertThat(page.body()).contains("Sign in with your account").doesNotContain("Sign out");
        assertThat(get("/api/runs").statusCode()).isEqualTo(401);
    }
}
