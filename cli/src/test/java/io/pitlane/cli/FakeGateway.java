package io.pitlane.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pitlane.contract.json.ContractJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server with prepared responses, which records its requests. */
public final class FakeGateway implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Queue<Response>> responses = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /**
     * A received request.
     *
     * @param line method and path, as {@code GET /api/runs}
     */
    public record Request(String line, Map<String, List<String>> headers, byte[] body) {}

    private record Response(
            int status, byte[] body, int claimedLength, Map<String, String> headers) {}

    public FakeGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::respond);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public List<Request> requests() {
        return requests;
    }

    /** Prepares a response; of several responses to one request, the last one is repeated. */
    public FakeGateway on(String line, int status, byte[] body) {
        return add(line, new Response(status, body, body.length, Map.of()));
    }

    public FakeGateway on(String line, int status, String body) {
        return on(line, status, body.getBytes(StandardCharsets.UTF_8));
    }

    public FakeGateway on(String line, Object body) {
        return on(line, 200, json(body));
    }

    /** Prepares the page of somebody else. */
    public FakeGateway html(String line, String page) {
        var bytes = page.getBytes(StandardCharsets.UTF_8);
        return add(
                line, new Response(200, bytes, bytes.length, Map.of("Content-Type", "text/html")));
    }

    /** Prepares a response that breaks off. */
    public FakeGateway breakOff(String line, String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return add(line, new Response(200, bytes, bytes.length + 1000, Map.of()));
    }

    /** Prepares a response with Retry-After. */
    public FakeGateway busy(String line, int status, int retryAfterSeconds) {
        return add(
                line,
                new Response(
                        status, new byte[0], 0, Map.of("Retry-After", "" + retryAfterSeconds)));
    }

    /** Prepares a response with a Location. */
    public FakeGateway redirecting(String line, int status, String location) {
        return add(line, new Response(status, new byte[0], 0, Map.of("Location", location)));
    }

    private FakeGateway add(String line, Response response) {
        responses.computeIfAbsent(line, any -> new ArrayDeque<>()).add(response);
        return this;
    }

    public static String json(Object value) {
        try {
            return ContractJson.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    public static String event(String name, Object data) {
        return "event: " + name + "\ndata: " + json(data) + "\n\n";
    }

    private void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            var line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            requests.add(
                    new Request(
                            line,
                            Map.copyOf(exchange.getRequestHeaders()),
                            exchange.getRequestBody().readAllBytes()));
            var response = next(line);
            var length = response.claimedLength() == 0 ? -1 : response.claimedLength();
            response.headers().forEach(exchange.getResponseHeaders()::add);
            exchange.sendResponseHeaders(response.status(), length);
            exchange.getResponseBody().write(response.body());
            exchange.getResponseBody().flush();
        }
    }

    private synchronized Response next(String line) {
        var queue = responses.getOrDefault(line, new ArrayDeque<>());
        var notFound = "{\"message\":\"nothing at " + line + "\"}";
        var bytes = notFound.getBytes(StandardCharsets.UTF_8);
        return switch (queue.size()) {
            case 0 -> new Response(404, bytes, bytes.length, Map.of());
            case 1 -> queue.peek();
            default -> queue.poll();
        };
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
