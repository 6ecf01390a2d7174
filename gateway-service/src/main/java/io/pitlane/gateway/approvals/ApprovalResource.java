package io.pitlane.gateway.approvals;

import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.requests.JsonRequest;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** Approves or rejects the candidate of a run. */
@Path("/api/runs/{id}/approval")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Runs")
@Blocking
class ApprovalResource {
    private static final String FORM =
            "{\"decision\": \"approve\" or \"reject\", \"reason\": \"<why>\"}";

    private final RunApproval approval;

    /** The body, for OpenAPI. */
    record ApprovalRequest(String decision, String reason) {}

    ApprovalResource(RunApproval approval) {
        this.approval = approval;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Decide whether the candidate of a run is released",
            description =
                    "For a run that passed and whose plan has 'release: manual'. The first decision"
                            + " counts; to repeat it changes nothing.")
    @RequestBody(content = @Content(schema = @Schema(implementation = ApprovalRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "The state of the run, with the decision",
            content = @Content(schema = @Schema(implementation = RunState.class)))
    @APIResponse(
            responseCode = "202",
            description = "The request is stored, and takes effect in a moment")
    @APIResponse(responseCode = "400", description = "No such decision, or no reason")
    @APIResponse(responseCode = "404", description = "There is no such run")
    @APIResponse(
            responseCode = "409",
            description = "The run waits for no decision, or the other one was earlier")
    @APIResponse(responseCode = "410", description = "The report of the run has expired")
    public Response decide(@RestPath String id, InputStream body) throws IOException {
        var request = JsonRequest.read(body, Set.of("decision", "reason"), FORM);
        var state = approval.decide(id, request.text("decision"), request.text("reason"));
        return Response.status(
                        state.approval() == null ? Response.Status.ACCEPTED : Response.Status.OK)
                .entity(state)
                .build();
    }
}
