package io.pitlane.gateway.board;

import io.pitlane.gateway.approvals.RunApproval;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;

/** The buttons that approve or reject the candidate of a run. */
@Path("/runs/{id}/approval")
@Produces(MediaType.TEXT_HTML)
@Blocking
class ApprovalPage {
    private final RunApproval approval;

    ApprovalPage(RunApproval approval) {
        this.approval = approval;
    }

    @POST
    @Operation(hidden = true)
    public Response decide(
            @RestPath String id, @RestForm String decision, @RestForm String reason) {
        var state = approval.decide(id, decision, reason);
        return Response.seeOther(
                        state.approval() == null
                                ? RunPageResource.address(id, RunNotice.DECIDING)
                                : UriBuilder.fromPath("/runs/{id}").build(id))
                .build();
    }
}
