package io.pitlane.gateway.board;

import io.pitlane.contract.report.RunResult;
import io.pitlane.gateway.releases.ReleasedModels;
import io.pitlane.gateway.runs.RunRegistry;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What was released, and what waits for it. */
@Path("/released")
@Produces(MediaType.TEXT_HTML)
@Blocking
class ReleasedPage {
    private final ReleasedModels released;
    private final RunRegistry runs;

    ReleasedPage(ReleasedModels released, RunRegistry runs) {
        this.released = released;
        this.runs = runs;
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        return Templates.released(
                ReleasedView.of(
                        runs.awaitingApproval(),
                        released.byModel(),
                        id -> runs.result(id).map(RunResult::report)));
    }
}
