package io.pitlane.gateway.triggers;

import java.time.Instant;

/**
 * A trigger that arrived.
 *
 * @param offset its offset on its topic; below 0 where it was refused before
 * @param at when it arrived
 * @param model name that the plan is registered under; null where it cannot be read
 * @param event source and id of the event; null where it cannot be read
 * @param runId the run that it starts; null where it cannot be read
 * @param refusal why it starts none; null unless it is refused
 */
public record ArrivedTrigger(
        long offset, Instant at, String model, String event, String runId, String refusal) {

    ArrivedTrigger refused(String why) {
        return new ArrivedTrigger(offset, at, model, event, runId, why);
    }
}
