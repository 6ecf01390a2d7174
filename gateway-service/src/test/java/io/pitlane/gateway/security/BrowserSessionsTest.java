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

    private static Optional<String> owner(BrowserSessions sessions, String cookie) {
        return sessions.key(cookie).map(ApiKeys.Entry::owner);
    }

    @Test
    void aSessionIsOfTheOwnerOfItsKey() {
        // When
        var cookie = sessions.open(" " + KEY + "\n").orElseThrow();

        // Then
        assertThat(owner(sessions, cookie)).contains("alice.b");
        assertThat(cookie).doesNotContain(KEY);
        assertThat(sessions.open("0".repeat(32))).isEmpty();
    }

    @Test
    void everyReplicaWithTheKeyAcceptsIt() {
        var cookie = sessions.open(KEY).orElseThrow();

        assertThat(owner(at(START.plusSeconds(60), "alice.b:" + KEY), cookie)).contains("alice.b");
    }

    @Test
    void aSessionEndsWithItsTimeAndWithItsKey() {
        // Given
        var cookie = sessions.open(KEY).orElseThrow();
        var last = START.plus(BrowserSessions.LIFETIME).minusSeconds(1);

        // Then
        assertThat(owner(at(last, "alice.b:" + KEY), cookie)).contains("alice.b");
        assertThat(owner(at(last.plusSeconds(1), "alice.b:" + KEY), cookie)).isEmpty();
        assertThat(owner(at(START, "alice.b:" + OTHER), cookie)).isEmpty();
        assertThat(owner(at(START, "bob:" + KEY), cookie)).isEmpty();
    }

    @Test
    void aSessionCannotBeProlongedOrGivenToAnother() {
        // Given
        var cookie = sessions.open(KEY).orElseThrow();
        long end = START.plus(BrowserSessions.LIFETIME).getEpochSecond();

        // Then
        assertThat(cookie).contains("." + end + ".");
        assertThat(owner(sessions, cookie.replace("." + end, "." + (end + 1)))).isEmpty();
        assertThat(owner(sessions, cookie.replace("alice.b", "bob"))).isEmpty();
        assertThat(owner(sessions, cookie.substring(0, cookie.length() - 1))).isEmpty();
    }

    @Test
    void aSessionMayDoWhatItsKeyMay() {
        // Given
        var reading = at(START, "alice.b:" + KEY + " read-only");
        var cookie = reading.open(KEY).orElseThrow();

        // Then
        assertThat(reading.key(cookie).orElseThrow().permission()).isEqualTo(Permission.READ);
        assertThat(sessions.key(cookie).orElseThrow().permission()).isEqualTo(Permission.OPERATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "alice.b", "alice.b.99999999999999999999.x", "a.1.x"})
    void whatIsNoCookieOfASessionIsRefused(String cookie) {
        assertThat(owner(sessions, cookie)).isEmpty();
    }
}
