package io.pitlane.gateway.board;

import io.pitlane.contract.Topics;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.runs.UnknownRunException;
import io.pitlane.gateway.topics.CaughtUpView;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The models of two or more runs on one page. */
@Path("/compare")
@Produces(MediaType.TEXT_HTML)
@Blocking
class ComparePage {
    private static final int MOST_RUNS = 8;

    private final RunRegistry runs;
    private final CaughtUpView view;
    private final Topics topics;

    ComparePage(RunRegistry runs, CaughtUpView view, Topics topics) {
        this.runs = runs;
        this.view = view;
        this.topics = topics;
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance compare(
            @RestQuery("run") List<String> ids,
            @RestQuery String engine,
            @RestQuery Integer batch) {
        var compared = ids.stream().distinct().toList();
        if (compared.size() < 2 || compared.size() > MOST_RUNS) {
            throw new ApiException(
                    Status.BAD_REQUEST,
                    "2 to %d runs can be compared, but there are %d."
                            .formatted(MOST_RUNS, compared.size()),
                    "Tick them in the list of runs.");
        }
        var states = compared.stream().map(this::known).toList();
        var summaries =
                states.stream()
                        .map(state -> RunSummary.of(state, List.of(), Clock.systemUTC()))
                        .toList();
        var reports = compared.stream().map(id -> runs.result(id).map(RunResult::report)).toList();
        return Templates.compare(CompareView.of(summaries, reports, engine(engine), batch));
    }

    /** Null for an engine that there is not: the first of the runs is shown then. */
    private static Engine engine(String label) {
        return Stream.of(Engine.values())
                .filter(engine -> engine.label().equals(label))
                .findFirst()
                .orElse(null);
    }

    private RunState known(String id) {
        return view.find(topics.runs(), () -> runs.state(id))
                .orElseThrow(() -> new UnknownRunException(id));
    }
}
