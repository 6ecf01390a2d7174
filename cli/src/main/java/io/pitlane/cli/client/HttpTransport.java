package io.pitlane.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Sends requests to a gateway and turns error responses into exceptions, as {@link GatewayClient}
 * describes them. Thread-safe.
 */
final class HttpTransport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration BUSY_TIMEOUT = Duration.ofMinutes(2);

    private final URI server;
    private final Credentials credentials;
    private final HttpClient http;
    private final BusyRetry retry = new BusyRetry(BUSY_TIMEOUT);

    HttpTransport(URI server, Credentials credentials) {
        this.server = server;
        this.credentials = credentials;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build();
    }

    URI server() {
        return server;
    }

    /** A request without a response timeout, for streams and large bodies. */
    HttpRequest.Builder streaming(String path) {
        return credentials.addTo(HttpRequest.newBuilder(server.resolve(path)));
    }

    HttpRequest.Builder request(String path) {
        return streaming(path).timeout(RESPONSE_TIMEOUT);
    }

    /** Whether a GET of this path is answered with 200 within two seconds; never throws. */
    boolean probe(String path) {
        try {
            var request = streaming(path).timeout(PROBE_TIMEOUT).GET().build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The response, whatever its status. */
    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, BodyHandlers.ofString());
    }

    /** The response, if its status is 2xx. */
    HttpResponse<String> sendSuccessfully(HttpRequest.Builder request) {
        return requireSuccess(send(request));
    }

    /** Returns the response if its status is 2xx, and throws otherwise. */
    static HttpResponse<String> requireSuccess(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw error(response, response.body());
        }
        return response;
    }

    /** Passes the body of a response with status 200 to {@code reader}, as it arrives. */
    void stream(HttpRequest.Builder request, BodyReader reader) {
        var response = send(request, BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            if (response.statusCode() != 200) {
                throw error(response, new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            reader.read(body);
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        }
    }

    /** Reads the body of a response. */
    @FunctionalInterface
    interface BodyReader {
        void read(InputStream body) throws IOException;
    }

    private <T> HttpResponse<T> send(
            HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        var built = request.build();
        try {
            return retry.send(() -> http.send(built, handler));
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerUnreachableException(server, e);
        }
    }

    private static RuntimeException error(HttpResponse<?> response, String body) {
        return ErrorResponse.toException(response.uri(), response.statusCode(), body);
    }

    /** The object at this path. */
    <T> T get(String path, Class<T> type) {
        return read(sendSuccessfully(request(path).GET()), type);
    }

    /** The objects of the array at this path. */
    <T> List<T> list(String path, Class<T> type) {
        var response = sendSuccessfully(request(path).GET());
        var list = ContractJson.MAPPER.getTypeFactory().constructCollectionType(List.class, type);
        return read(response, list);
    }

    /**
     * The object in a response's body.
     *
     * @throws FailureException when there is none
     */
    static <T> T read(HttpResponse<String> response, Class<T> type) {
        return read(response, ContractJson.MAPPER.constructType(type));
    }

    private static <T> T read(HttpResponse<String> response, JavaType type) {
        try {
            T value = ContractJson.MAPPER.readValue(response.body(), type);
            if (value == null) {
                throw UnreadableResponse.of(response, null);
            }
            return value;
        } catch (JsonProcessingException e) {
            throw UnreadableResponse.of(response, e);
        }
    }

    /** A request's body. */
    static BodyPublisher json(Object value) {
        try {
            return BodyPublishers.ofString(ContractJson.MAPPER.writeValueAsString(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text as one segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
