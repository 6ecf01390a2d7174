package io.pitlane.gateway.triggers;

import io.cloudevents.CloudEvent;
import io.pitlane.contract.run.Trigger;
import java.util.UUID;

/**
 * A well-formed trigger.
 *
 * @param event the received event
 * @param trigger its data
 */
record ReceivedTrigger(CloudEvent event, Trigger trigger) {

    /** Id of the run that it starts. */
    UUID runId() {
        return TriggerRunId.of(event.getSource().toString(), event.getId());
    }
}
