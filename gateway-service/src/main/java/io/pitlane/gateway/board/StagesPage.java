package io.pitlane.gateway.board;

import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.board.StagesView.EndedRun;
import io.pitlane.gateway.runs.RunQuery;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.stages.StageLoads;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
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
    private final RunRegistry runs;

    StagesPage(StageLoads loads, RunRegistry runs) {
        this.loads = loads;
        this.runs = runs;
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        var clock = Clock.systemUTC();
        var running =
                newest(Status.RUNNING, Integer.MAX_VALUE).stream()
                        .map(run -> RunSummary.of(run, runs.progress(run.runId()), clock))
                        .toList();
        var ended = newest(null, NEWEST).stream().flatMap(run -> ended(run).stream()).toList();
        return Templates.stages(StagesView.of(loads.current(), running, ended));
    }

    private List<RunState> newest(Status status, int limit) {
        return runs.page(new RunQuery(null, null, status, null, limit)).runs();
    }

    private Optional<EndedRun> ended(RunState run) {
        return runs.result(run.runId()).map(result -> new EndedRun(run, result.report()));
    }
}
