package io.pitlane.gateway.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.config.GatewayConfig;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Server-sent events: of one run its state, then every change until it has ended; of all runs
 * without an end. Comments in between detect dead connections, which only a write does.
 */
@Singleton
class RunEventStream {
    /** Events that a slow reader may be behind; after that its stream ends, and it reconnects. */
    private static final int BUFFERED = 1024;

    /** At first every running run sends its state and the progress of its steps. */
    private static final int BUFFERED_OF_ALL = 16 * BUFFERED;

    private final RunRegistry runs;
    private final Duration heartbeat;

    RunEventStream(RunRegistry runs, GatewayConfig config) {
        this.runs = runs;
        this.heartbeat = config.events().heartbeat();
    }

    /**
     * The events of one run.
     *
     * @return completes after the event of a state that has ended; fails with {@link
     *     UnknownRunException} on subscription
     */
    Multi<OutboundSseEvent> of(String runId, Sse sse) {
        return stream(emitter -> watch(runId, emitter, sse), BUFFERED, sse);
    }

    /** The state and the progress of every running run, then every event of every run. */
    Multi<OutboundSseEvent> ofAll(Sse sse) {
        return stream(
                emitter ->
                        emitter.onTermination(
                                runs.watchAll(new EmittingListener(emitter, sse, false))),
                BUFFERED_OF_ALL,
                sse);
    }

    private Multi<OutboundSseEvent> stream(
            Consumer<MultiEmitter<? super OutboundSseEvent>> source, int buffered, Sse sse) {
        var end = sse.newEventBuilder().comment("end").build();
        var events =
                Multi.createFrom()
                        .<OutboundSseEvent>emitter(source, BackPressureStrategy.ERROR)
                        .onOverflow()
                        .buffer(buffered)
                        .emitOn(Infrastructure.getDefaultExecutor());
        var beats =
                Multi.createFrom()
                        .ticks()
                        .startingAfter(heartbeat)
                        .every(heartbeat)
                        .onOverflow()
                        .drop()
                        .map(tick -> sse.newEventBuilder().comment("still here").build());
        var eventsThenEnd =
                Multi.createBy().concatenating().streams(events, Multi.createFrom().item(end));
        return Multi.createBy()
                .merging()
                .streams(eventsThenEnd, beats)
                .select()
                .first(event -> event != end);
    }

    private void watch(String runId, MultiEmitter<? super OutboundSseEvent> emitter, Sse sse) {
        var listener = new EmittingListener(emitter, sse, true);
        var stop = runs.watch(runId, listener);
        stop.ifPresentOrElse(
                emitter::onTermination, () -> emitter.fail(new UnknownRunException(runId)));
    }

    /**
     * @param ends whether the stream ends with the run
     */
    private record EmittingListener(
            MultiEmitter<? super OutboundSseEvent> emitter, Sse sse, boolean ends)
            implements RunListener {
        @Override
        public void state(RunState state) {
            emitter.emit(event("state", state));
            if (ends && state.status().ended()) {
                emitter.complete();
            }
        }

        @Override
        public void progress(Progress progress) {
            emitter.emit(event("progress", progress));
        }

        private OutboundSseEvent event(String name, Object value) {
            return sse.newEventBuilder()
                    .name(name)
                    .mediaType(MediaType.APPLICATION_JSON_TYPE)
                    .data(json(value))
                    .build();
        }

        private static String json(Object value) {
            try {
                return ContractJson.MAPPER.writeValueAsString(value);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
