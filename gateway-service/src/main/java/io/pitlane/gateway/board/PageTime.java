package io.pitlane.gateway.board;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Points in time as the pages show them. */
final class PageTime {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private PageTime() {}

    /** To the minute, as {@code 2026-01-31 14:05 UTC}. */
    static String of(Instant time) {
        return FORM.format(time);
    }
}
