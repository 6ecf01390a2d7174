package io.pitlane.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.cli.client.EventStream.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    @Test
    void eventsAreReadWithTheirNamesAndAllTheirLines() throws IOException {
        assertThat(
                        read(
                                """
                                : a comment

                                event: state
                                id: 7
                                data: {"a":
                                data: 1}

                                data:plain

                                """))
                .containsExactly(new Event("state", "{\"a\":\n1}"), new Event("message", "plain"));
    }

    @Test
    void anIncompleteEventIsNotDelivered() throws IOException {
        assertThat(read("event: state\ndata: {")).isEmpty();
    }

    private static List<Event> read(String text) throws IOException {
        var stream =
                new EventStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        var events = new ArrayList<Event>();
        for (var event = stream.next(); event != null; event = stream.next()) {
            events.add(event);
        }
        return events;
    }
}
