package io.pitlane.gateway.board;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.runs.RunQuery;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.runs.UnknownRunException;
import io.pitlane.gateway.topics.CaughtUpView;
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
import org.jboss.resteasy.reactive.RestQuery;

/** The page that starts a run. */
@Path("/new")
@Produces(MediaType.TEXT_HTML)
@Blocking
class NewRunPage {
    private static final int RECENT_RUNS = 100;

    private final RunRegistry runs;
    private final CaughtUpView view;
    private final Topics topics;

    NewRunPage(RunRegistry runs, CaughtUpView view, Topics topics) {
        this.runs = runs;
        this.view = view;
        this.topics = topics;
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance page(@RestQuery String from) {
        var clock = Clock.systemUTC();
        var recent = runs.page(new RunQuery(null, null, null, null, RECENT_RUNS)).runs();
        return Templates.newRun(
                NewRunView.of(
                        Optional.ofNullable(from)
                                .map(this::known)
                                .map(run -> RunSummary.of(run, List.of(), clock)),
                        recent.stream().map(run -> RunSummary.of(run, List.of(), clock)).toList()));
    }

    private RunState known(String id) {
        return view.find(topics.runs(), () -> runs.state(id))
                .orElseThrow(() -> new UnknownRunException(id));
    }
}
