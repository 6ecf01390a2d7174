package io.pitlane.cli.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Asks again when a gateway says that it has too much to do just now, after the time it names and
 * for so long. Thread-safe.
 */
final class BusyGateway {
    private static final Set<Integer> BUSY = Set.of(429, 503);
    private static final long LONGEST_PAUSE_SECONDS = 30;

    private final Duration patience;

    BusyGateway(Duration patience) {
        this.patience = patience;
    }

    /** One request; may be sent more than once. */
    @FunctionalInterface
    interface Call<T> {
        HttpResponse<T> send() throws IOException, InterruptedException;
    }

    /** The answer, which is "too busy" only when it was that for all our patience. */
    <T> HttpResponse<T> send(Call<T> call) throws IOException, InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        var answer = call.send();
        for (var pause = pause(answer); pause.isPresent(); pause = pause(answer)) {
            if (System.nanoTime() + TimeUnit.SECONDS.toNanos(pause.getAsLong()) > end) {
                return answer;
            }
            if (answer.body() instanceof Closeable body) {
                body.close();
            }
            TimeUnit.SECONDS.sleep(pause.getAsLong());
            answer = call.send();
        }
        return answer;
    }

    private static OptionalLong pause(HttpResponse<?> answer) {
        if (!BUSY.contains(answer.statusCode())) {
            return OptionalLong.empty();
        }
        try {
            var seconds = answer.headers().firstValueAsLong("Retry-After");
            return seconds.isPresent()
                    ? OptionalLong.of(
                            Math.max(0, Math.min(seconds.getAsLong(), LONGEST_PAUSE_SECONDS)))
                    : seconds;
        } catch (NumberFormatException e) {
            // A date is allowed, too; no gateway of ours sends one.
            return OptionalLong.empty();
        }
    }
}
