package io.pitlane.gateway.triggers;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.requests.JsonRequest;
import io.pitlane.gateway.runs.RunCapacity;
import io.pitlane.gateway.topics.EventProducer;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Receives triggers over HTTP and publishes valid ones to the topic of triggers. One gateway at a
 * time consumes that topic, so that several gateways do not start a run twice.
 */
@Path("/api/triggers")
@Tag(name = "Triggers", description = "Events that start the plan registered for a model")
@Blocking
class TriggersResource {
    private final TriggerResolver resolver;
    private final TriggeredRuns started;
    private final RunCapacity capacity;
    private final EventProducer producer;
    private final ArrivedTriggers arrived;
    private final TriggerRecords records;

    TriggersResource(
            TriggerResolver resolver,
            TriggeredRuns started,
            RunCapacity capacity,
            EventProducer producer,
            ArrivedTriggers arrived,
            Topics topics) {
        this.resolver = resolver;
        this.started = started;
        this.capacity = capacity;
        this.producer = producer;
        this.arrived = arrived;
        this.records = new TriggerRecords(topics);
    }

    /** The response has no body: an event broker would read one as an event, or as an error. */
    @POST
    @Consumes({"application/json", "application/cloudevents+json"})
    @Operation(
            summary = "Start the plan registered for a model",
            description =
                    "A CloudEvent of type io.pitlane.trigger.v1, binary or structured. The same"
                            + " source and id twice start one run")
    @APIResponse(
            responseCode = "202",
            description = "The run starts in a moment, or did before; Location says where it is")
    @APIResponse(responseCode = "400", description = "No trigger, or a missing model or data")
    @APIResponse(responseCode = "404", description = "No plan is registered for the model")
    @APIResponse(responseCode = "429", description = "Too many runs are active")
    public Response trigger(@Context HttpHeaders headers, InputStream body) throws IOException {
        var content = JsonRequest.bytes(body);
        Optional<ReceivedTrigger> received = Optional.empty();
        try {
            received = Optional.of(TriggerReader.read(headers.getRequestHeaders(), content));
            publish(received.get());
        } catch (InvalidPlanException | ApiException | FailureException e) {
            var trigger = received;
            TriggerRefusal.reason(e).ifPresent(why -> arrived.refused(trigger, why));
            throw e;
        }
        var run = received.get().runId();
        return Response.accepted().location(URI.create("/api/runs/" + run)).build();
    }

    private void publish(ReceivedTrigger received) {
        if (!started.contains(received.runId())) {
            resolver.resolve(received);
            capacity.requireFree();
            producer.publish(List.of(records.of(received)));
        }
    }
}
