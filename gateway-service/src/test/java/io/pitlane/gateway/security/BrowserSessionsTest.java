package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserSessionsTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "fedcba9876543210fedcba9876543210";
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final BrowserSessions sessions = at(START, "alice.b:" + KEY, "bob:" + OTHER);

    private static BrowserSessions at(Instant time, String... keys) {
        return new BrowserSessions(
                new ApiKeys(List.of(keys), Optional.empty()), Clock.fixed(time, ZoneOffset.UTC));
    }

    @Test
    void aSessionIsOfTheOwnerOfItsKey() {
        // When
        var cookie = sessions.open(" " + KEY + "\n").orElseThrow();

        // Then
        assertThat(sessions.owner(cookie)).contains("alice.b");
        assertThat(cookie).doesNotContain(KEY);
        assertThat(sessions.open("0".repeat(32))).isEmpty();
    }

    @Test
    void everyReplicaWithTheKeyAcceptsIt() {
        var cookie = sessions.open(KEY).orElseThrow();

        assertThat(at(START.plusSeconds(60), "alice.b:" + KEY).owner(cookie)).contains("alice.b");
    }

    @Test
    void aSessionEndsWithItsTimeAndWithItsKey() {
        // Given
        var cookie = sessions.open(KEY).orElseThrow();
        var last = START.plus(BrowserSessions.LIFETIME).minusSeconds(1);

        // Then
        assertThat(at(last, "alice.b:" + KEY).owner(cookie)).contains("alice.b");
        assertThat(at(last.plusSeconds(1), "alice.b:" + KEY).owner(cookie)).isEmpty();
        assertThat(at(START, "alice.b:" + OTHER).owner(cookie)).isEmpty();
        assertThat(at(START, "bob:" + KEY).owner(cookie)).isEmpty();
    }

    @Test
    void aSessionCannotBeProlongedOrGivenToAnother() {
        // Given
        var cookie = sessions.open(KEY).orElseThrow();
        long end = START.plus(BrowserSessions.LIFETIME).getEpochSecond();

        // Then
        assertThat(cookie).contains("." + end + ".");
        assertThat(sessions.owner(cookie.replace("." + end, "." + (end + 1)))).isEmpty();
        assertThat(sessions.owner(cookie.replace("alice.b", "bob"))).isEmpty();
        assertThat(sessions.owner(cookie.substring(0, cookie.length() - 1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "alice.b", "alice.b.99999999999999999999.x", "a.1.x"})
    void whatIsNoCookieOfASessionIsRefused(String cookie) {
        assertThat(sessions.owner(cookie)).isEmpty();
    }
}
