package io.pitlane.gateway.triggers;

import io.cloudevents.CloudEvent;
import io.pitlane.contract.Trigger;
import java.util.UUID;

/**
 * A trigger that is well-formed.
 *
 * @param event as it came
 * @param trigger what it asks for
 */
record ReceivedTrigger(CloudEvent event, Trigger trigger) {

    /** The run it starts. */
    UUID runId() {
        return TriggerRunId.of(event.getSource().toString(), event.getId());
    }
}
