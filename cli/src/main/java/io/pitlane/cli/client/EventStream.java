package io.pitlane.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** A parser of server-sent events (HTML Living Standard, section 9.2). Not thread-safe. */
final class EventStream {
    private final BufferedReader lines;

    /**
     * One event.
     *
     * @param name its type; {@code message} where the server names none
     * @param data its data, lines joined by line feeds
     */
    record Event(String name, String data) {}

    EventStream(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** Waits for the next event; null when the stream has ended. */
    Event next() throws IOException {
        var name = "message";
        StringJoiner data = null;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (data != null) {
                    return new Event(name, data.toString());
                }
                name = "message";
            } else if (line.startsWith("event:")) {
                name = value(line);
            } else if (line.startsWith("data:")) {
                data = data == null ? new StringJoiner("\n") : data;
                data.add(value(line));
            }
        }
        return null;
    }

    private static String value(String line) {
        var value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }
}
