package io.pitlane.gateway.board;

import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.board.StagesView.EndedRun;
import io.pitlane.gateway.runs.RunQuery;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.stages.ReplicaProgress;
import io.pitlane.gateway.stages.StageLoads;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The stages: their replicas, what they do, what waits, and how long jobs take. */
@Path("/stages")
@Produces(MediaType.TEXT_HTML)
@Blocking
class StagesPage {
    /** Of the newest runs, those that ended give the durations of the last jobs. */
    private static final int NEWEST = 100;

    private final StageLoads loads;
    private final ReplicaProgress progress;
    private final RunRegistry runs;

    StagesPage(StageLoads loads, ReplicaProgress progress, RunRegistry runs) {
        this.loads = loads;
        this.progress = progress;
        this.runs = runs;
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        var newest = runs.page(new RunQuery(null, null, null, null, NEWEST)).runs();
        var ended = newest.stream().flatMap(run -> ended(run).stream()).toList();
        return Templates.stages(StagesView.of(loads.current(), progress, runs::state, ended));
    }

    private Optional<EndedRun> ended(RunState run) {
        return runs.result(run.runId()).map(result -> new EndedRun(run, result.report()));
    }
}
