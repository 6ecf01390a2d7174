package io.pitlane.cli.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Repeats a request that is answered with 429 or 503 and {@code Retry-After}, after the time named
 * there, until a timeout. Thread-safe.
 */
final class BusyRetry {
    private static final Set<Integer> BUSY = Set.of(429, 503);
    private static final long MAX_DELAY_SECONDS = 30;

    private final Duration timeout;

    /**
     * @param timeout no retry is begun later than this after the first request
     */
    BusyRetry(Duration timeout) {
        this.timeout = timeout;
    }

    /** One request; may be sent more than once. */
    @FunctionalInterface
    interface Call<T> {
        HttpResponse<T> send() throws IOException, InterruptedException;
    }

    /** The first response that is not "busy"; the last one when every response until then is. */
    <T> HttpResponse<T> send(Call<T> call) throws IOException, InterruptedException {
        var end = System.nanoTime() + timeout.toNanos();
        var response = call.send();
        for (var delay = delay(response); delay.isPresent(); delay = delay(response)) {
            if (System.nanoTime() + TimeUnit.SECONDS.toNanos(delay.getAsLong()) > end) {
                return response;
            }
            if (response.body() instanceof Closeable body) {
                body.close();
            }
            TimeUnit.SECONDS.sleep(delay.getAsLong());
            response = call.send();
        }
        return response;
    }

    private static OptionalLong delay(HttpResponse<?> response) {
        if (!BUSY.contains(response.statusCode())) {
            return OptionalLong.empty();
        }
        try {
            var seconds = response.headers().firstValueAsLong("Retry-After");
            return seconds.isPresent()
                    ? OptionalLong.of(Math.max(0, Math.min(seconds.getAsLong(), MAX_DELAY_SECONDS)))
                    : seconds;
        } catch (NumberFormatException e) {
            // HTTP allows a date as well; the gateway sends none.
            return OptionalLong.empty();
        }
    }
}
