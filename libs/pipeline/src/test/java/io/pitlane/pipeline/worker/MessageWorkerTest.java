package io.pitlane.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.consumer.ConsumerLifecycle;
import io.pitlane.pipeline.consumer.InFlightFixtures;
import io.pitlane.pipeline.consumer.InFlightWork;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.handover.MalformedMessageException;
import io.pitlane.pipeline.handover.WorkTrace;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.pitlane.pipeline.process.JobRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageWorkerTest {
    private static final ConsumerRecord<String, byte[]> MESSAGE =
            new ConsumerRecord<>("topic", 0, 7, "key", new byte[0]);

    @TempDir Path folder;

    private final InFlightWork inFlight = InFlightFixtures.idle();
    private final Handler handler = new Handler();

    @Test
    void aResultIsPublishedAndCounted() {
        // Given
        handler.work = () -> "result";

        // When
        process();

        // Then
        assertThat(handler.published).containsExactly("result");
        assertThat(handler.counted).containsExactly(Outcome.DONE);
        assertThat(handler.closed).isTrue();
        assertThat(inFlight.all()).isEmpty();
    }

    @Test
    void aMessageThatCannotBeProcessedIsRejected() {
        // Given
        handler.reading = new IllegalStateException("an index went astray");

        // When
        process();

        // Then
        assertThat(handler.rejections)
                .singleElement()
                .asString()
                .contains("could not be processed", "an index went astray");
        assertThat(handler.counted).containsExactly(Outcome.REJECTED);
    }

    @Test
    void anUnexpectedErrorOfTheWorkIsAnInternalFailure() {
        // Given
        handler.work =
                () -> {
                    throw new IllegalStateException("an index went astray");
                };

        // When
        process();

        // Then
        assertThat(handler.failures)
                .singleElement()
                .satisfies(
                        failure -> {
                            assertThat(failure.kind()).isEqualTo(Failure.Kind.INTERNAL);
                            assertThat(failure).hasMessageContaining("an index went astray");
                        });
        assertThat(handler.counted).containsExactly(Outcome.FAILED);
    }

    @Test
    void workThatCannotBeStartedIsAFailureWithTheDiskInIt() {
        // Given
        handler.starting = new UncheckedIOException(new IOException("No space left on device"));

        // When
        process();

        // Then
        assertThat(handler.failures)
                .singleElement()
                .satisfies(
                        failure ->
                                assertThat(failure)
                                        .hasMessage("The disk that holds " + folder + " is full."));
        assertThat(handler.counted).containsExactly(Outcome.FAILED);
    }

    @Test
    void aResultThatIsLargerThanKafkaTakesIsAFailure() {
        // Given
        handler.work = () -> "result";
        handler.publishing =
                FailureException.invalidInput("It is larger than Kafka takes.", "Use less.");

        // When
        process();

        // Then
        assertThat(handler.failures).containsExactly((FailureException) handler.publishing);
        assertThat(handler.counted).containsExactly(Outcome.FAILED);
    }

    @Test
    void workThatIsAbandonedIsNobodysFailure() {
        // Given
        handler.abandoned = true;
        handler.work =
                () -> {
                    throw new FailureException(Failure.Kind.CANCELLED, "Cancelled.", "Again.");
                };

        // When
        process();

        // Then
        assertThat(handler.failures).isEmpty();
        assertThat(handler.counted).containsExactly(Outcome.GIVEN_BACK);
    }

    @Test
    void aFailureOfKafkaIsThrownSoThatTheMessageIsProcessedAgain() {
        // Given
        handler.work =
                () -> {
                    throw new KafkaException("the broker is away");
                };

        // When
        // Then
        assertThatThrownBy(this::process).isInstanceOf(KafkaException.class);
        assertThat(handler.failures).isEmpty();
        assertThat(handler.rejections).isEmpty();
        assertThat(handler.counted).isEmpty();
        assertThat(handler.closed).isTrue();
        assertThat(inFlight.all()).isEmpty();
    }

    @Test
    void aResultIsKeptWhileKafkaIsAway() {
        // Given
        var begun = new AtomicInteger();
        handler.work = () -> "result " + begun.incrementAndGet();
        handler.failedAttempts = 2;

        // When
        process();

        // Then
        assertThat(handler.published).containsExactly("result 1");
        assertThat(handler.counted).containsExactly(Outcome.DONE);
        assertThat(begun).hasValue(1);
    }

    @Test
    void aResultIsDroppedWhenTheServiceStopsWhileKafkaIsAway() {
        // Given
        handler.work =
                () -> {
                    handler.abandoned = true;
                    return "result";
                };
        handler.failedAttempts = 1;

        // When
        // Then
        assertThatThrownBy(this::process).isInstanceOf(KafkaException.class);
        assertThat(handler.published).isEmpty();
        assertThat(handler.publishAttempts).isEqualTo(1);
    }

    @Test
    void aMessageWhoseResultNobodyWaitsForIsDismissedUnbegun() {
        // Given
        handler.obsolete = true;

        // When
        process();

        // Then
        assertThat(handler.dismissed).isEqualTo(1);
        assertThat(handler.counted).containsExactly(Outcome.DISMISSED);
        assertThat(handler.published).isEmpty();
    }

    @Test
    void workThatBecomesObsoleteIsDismissed() {
        // Given
        handler.work =
                () -> {
                    handler.abandoned = true;
                    handler.foundObsolete = true;
                    throw new FailureException(Failure.Kind.CANCELLED, "Cancelled.", "Again.");
                };

        // When
        process();

        // Then
        assertThat(handler.dismissed).isEqualTo(1);
        assertThat(handler.failures).isEmpty();
        assertThat(handler.counted).containsExactly(Outcome.DISMISSED);
    }

    @Test
    void aResultThatBecomesObsoleteBeforeItIsHandedOverIsDismissed() {
        // Given
        handler.work = () -> "result";
        handler.publishedElsewhere = true;
        handler.abandoned = true;
        handler.foundObsolete = true;

        // When
        process();

        // Then
        assertThat(handler.published).isEmpty();
        assertThat(handler.dismissed).isEqualTo(1);
        assertThat(handler.counted).containsExactly(Outcome.DISMISSED);
    }

    private void process() {
        var lifecycle =
                new ConsumerLifecycle(null, "channel", null, () -> {}, inFlight, Duration.ZERO);
        new MessageWorker<>(handler, lifecycle, inFlight)
                .process(new Claim(null, MESSAGE), MESSAGE);
    }

    /** Does what a test says, and keeps what it is given. */
    private final class Handler implements MessageHandler<String, String> {
        private final List<String> published = new ArrayList<>();
        private final List<String> rejections = new ArrayList<>();
        private final List<FailureException> failures = new ArrayList<>();
        private final List<Outcome> counted = new ArrayList<>();
        private Supplier<String> work;
        private RuntimeException reading;
        private RuntimeException starting;
        private RuntimeException publishing;
        private int failedAttempts;
        private int publishAttempts;
        private int dismissed;
        private boolean abandoned;
        private boolean obsolete;
        private boolean foundObsolete;
        private boolean publishedElsewhere;
        private boolean closed;

        private void throwIfSet(RuntimeException e) {
            if (e != null) {
                throw e;
            }
        }

        @Override
        public JobRunner runner() {
            return new JobRunner(folder, null, null);
        }

        @Override
        public HandOver handOver() {
            throw new AssertionError("nothing is committed");
        }

        @Override
        public Duration deadline() {
            return Duration.ofHours(1);
        }

        @Override
        public String read(ConsumerRecord<String, byte[]> message) {
            throwIfSet(reading);
            return message.key();
        }

        @Override
        public String runId(String message) {
            return message;
        }

        @Override
        public String describe(String message) {
            return message;
        }

        @Override
        public boolean isObsolete(String message) {
            return obsolete;
        }

        @Override
        public boolean dismiss(Claim claim, String message, WorkTrace trace) {
            dismissed++;
            return true;
        }

        @Override
        public Execution<String> execution(Claim claim, String message) {
            throwIfSet(starting);
            return new Execution<>() {
                @Override
                public String run() {
                    assertThat(inFlight.all()).hasSize(1);
                    return work.get();
                }

                @Override
                public boolean isAbandoned() {
                    return abandoned;
                }

                @Override
                public boolean isObsolete() {
                    return foundObsolete;
                }

                @Override
                public WorkTrace trace() {
                    return WorkTrace.NONE;
                }

                @Override
                public Duration duration() {
                    return Duration.ZERO;
                }

                @Override
                public void stop() {
                    throw new AssertionError("nothing stops");
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }

        @Override
        public boolean publish(Claim claim, String message, String result) {
            if (publishAttempts++ < failedAttempts) {
                throw new KafkaException("the broker is away");
            }
            throwIfSet(publishing);
            return !publishedElsewhere && published.add(result);
        }

        @Override
        public Outcome outcome(String result) {
            return Outcome.DONE;
        }

        @Override
        public boolean publishFailure(
                Claim claim,
                String message,
                FailureException failure,
                WorkTrace trace,
                Duration duration) {
            return failures.add(failure);
        }

        @Override
        public boolean reject(
                Claim claim,
                ConsumerRecord<String, byte[]> message,
                MalformedMessageException why) {
            return rejections.add(why.getMessage());
        }

        @Override
        public void cleanUp() {
            // Leaves nothing behind.
        }

        @Override
        public void count(Outcome outcome, Duration duration) {
            counted.add(outcome);
        }
    }
}
