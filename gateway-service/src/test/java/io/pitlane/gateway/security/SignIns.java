package io.pitlane.gateway.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * The authorization code flow of a provider (RFC 6749 section 4.1, with PKCE, RFC 7636): somebody
 * with the {@link #role} confirms every request for authorization at once.
 */
final class SignIns {
    static final String CLIENT = "pitlane";
    static final String SECRET = "a-secret-of-32-characters-or-more";

    /** Of whoever signs in next; empty for somebody whom the provider does not know. */
    static volatile String role = "";

    /** How long tokens last, in seconds. */
    static volatile int lifetime = 60;

    /** How many tokens were renewed. */
    static final AtomicInteger RENEWED = new AtomicInteger();

    /** The requests for authorization by the code or the token that continues them. */
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();

    private final BinaryOperator<String> idTokens;

    /**
     * @param idTokens of a role and a nonce
     */
    SignIns(BinaryOperator<String> idTokens) {
        this.idTokens = idTokens;
    }

    void serve(HttpServer server) {
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
    }

    private void authorize(HttpExchange exchange) throws IOException {
        var query = fields(exchange.getRequestURI().getRawQuery());
        if (!CLIENT.equals(query.get("client_id"))
                || !"code".equals(query.get("response_type"))
                || !"S256".equals(query.get("code_challenge_method"))
                || !query.get("redirect_uri").endsWith("/login/oidc")) {
            send(exchange, 400, "{}");
            return;
        }
        var answer = "error=access_denied";
        if (!role.isEmpty()) {
            var code = UUID.randomUUID().toString();
            codes.put(code, query);
            answer = "code=" + code;
        }
        var state = URLEncoder.encode(query.get("state"), UTF_8);
        exchange.getResponseHeaders()
                .add("Location", query.get("redirect_uri") + "?" + answer + "&state=" + state);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = fields(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        var asked = codes.remove(form.getOrDefault("code", form.get("refresh_token")));
        var client = CLIENT + ":" + SECRET;
        var basic = "Basic " + Base64.getEncoder().encodeToString(client.getBytes(UTF_8));
        var renews = "refresh_token".equals(form.get("grant_type"));
        if (asked == null
                || !basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                || !renews && !isOf(asked, form)) {
            send(exchange, 400, "{\"error\": \"invalid_grant\"}");
            return;
        }
        if (renews) {
            RENEWED.incrementAndGet();
        }
        var next = UUID.randomUUID().toString();
        codes.put(next, asked);
        send(
                exchange,
                200,
                """
                {"access_token": "opaque", "token_type": "Bearer", "expires_in": %d,
                 "refresh_token": "%s", "id_token": "%s"}
                """
                        .formatted(lifetime, next, idTokens.apply(role, asked.get("nonce"))));
    }

    /** Whether whoever brings a code is who asked for it. */
    private static boolean isOf(Map<String, String> asked, Map<String, String> form) {
        return asked.get("redirect_uri").equals(form.get("redirect_uri"))
                && asked.get("code_challenge").equals(challenge(form.get("code_verifier")));
    }

    private static String challenge(String verifier) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> fields(String encoded) {
        return Arrays.stream(encoded.split("&"))
                .map(field -> field.split("=", 2))
                .collect(
                        Collectors.toMap(
                                field -> field[0], field -> URLDecoder.decode(field[1], UTF_8)));
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        var bytes = json.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
