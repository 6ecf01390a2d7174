package io.pitlane.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A client of server-sent events that remembers the lines it got. */
final class EventStream {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> end;

    EventStream(URI uri) throws IOException, InterruptedException {
        var response =
                HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new AssertionError("status " + response.statusCode());
        }
        end = CompletableFuture.runAsync(() -> take(response.body()));
    }

    private void take(Stream<String> body) {
        body.filter(line -> !line.isEmpty()).forEach(lines::add);
    }

    /** Every line that is not empty, in order. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** The names of the events, in order. */
    List<String> names() {
        return values("event:");
    }

    /** The data of the events, in order. */
    List<String> data() {
        return values("data:");
    }

    /** Whether the server has ended the stream. */
    boolean isComplete() {
        return end.isDone() && !end.isCompletedExceptionally();
    }

    private List<String> values(String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).trim())
                .toList();
    }
}
