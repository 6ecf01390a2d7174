package io.pitlane.gateway.board;

import io.pitlane.gateway.runs.RunQuery;
import io.pitlane.gateway.runs.RunRegistry;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** The list of runs, which is the board's first page. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@Blocking
class RunsPage {
    private static final int ROWS = 50;

    private final RunRegistry runs;

    RunsPage(RunRegistry runs) {
        this.runs = runs;
    }

    @GET
    @Operation(hidden = true)
    public Response first() {
        return Response.seeOther(URI.create("/runs")).build();
    }

    @GET
    @Path("runs")
    @Operation(hidden = true)
    public TemplateInstance list(
            @RestQuery String plan,
            @RestQuery String model,
            @RestQuery String status,
            @RestQuery String before) {
        var here =
                new RunsAddress(given(plan), given(model), RunQuery.status(status), given(before));
        var page =
                runs.page(
                        new RunQuery(
                                here.plan(), here.model(), here.status(), here.before(), ROWS));
        var clock = Clock.systemUTC();
        var summaries =
                page.runs().stream()
                        .map(run -> RunSummary.of(run, runs.progress(run.runId()), clock))
                        .toList();
        return Templates.runs(RunsView.of(here, page, summaries));
    }

    /** Null for a field of the address that is there but empty. */
    private static String given(String field) {
        return field == null || field.isBlank() ? null : field;
    }
}
