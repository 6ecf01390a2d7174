package io.pitlane.cli.client;

import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Set;

/**
 * The credentials of a client. Sent in headers only, and never printed.
 *
 * @param apiKey an API key of the gateway; null for none
 * @param token a token of the gateway's OpenID Connect provider; null for none
 */
public record Credentials(String apiKey, String token) {
    /** No credentials, for a gateway without authentication. */
    public static final Credentials NONE = new Credentials(null, null);

    private static final String API_KEY = "PITLANE_API_KEY";
    private static final String TOKEN = "PITLANE_TOKEN";

    /** The environment variables that hold credentials. */
    public static final Set<String> VARIABLES = Set.of(API_KEY, TOKEN);

    /** The values of PITLANE_API_KEY and PITLANE_TOKEN. */
    public static Credentials from(Map<String, String> environment) {
        return new Credentials(present(environment.get(API_KEY)), present(environment.get(TOKEN)));
    }

    /** The same token with another API key. */
    public Credentials withApiKey(String key) {
        return new Credentials(present(key), token);
    }

    HttpRequest.Builder addTo(HttpRequest.Builder request) {
        if (apiKey != null) {
            request.setHeader("X-API-Key", apiKey);
        }
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        return request;
    }

    /** Without the line feed at the end of a value that was read from a file. */
    private static String present(String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    @Override
    public String toString() {
        return "Credentials";
    }
}
