package io.pitlane.gateway.board;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.runs.RunCancellation;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.runs.UnknownRunException;
import io.pitlane.gateway.topics.CaughtUpView;
import io.pitlane.report.HtmlReport;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.UriBuilder;
import java.net.URI;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The page of a run, its button, and files that only the page offers. */
@Path("/runs/{id}")
@Produces(MediaType.TEXT_HTML)
@Blocking
class RunPageResource {
    private final RunRegistry runs;
    private final RunCancellation cancellation;
    private final CaughtUpView view;
    private final Topics topics;

    RunPageResource(
            RunRegistry runs, RunCancellation cancellation, CaughtUpView view, Topics topics) {
        this.runs = runs;
        this.cancellation = cancellation;
        this.view = view;
        this.topics = topics;
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance run(@RestPath String id, @RestQuery String notice) {
        var state = known(id);
        var clock = Clock.systemUTC();
        var summary = RunSummary.of(state, runs.progress(id), clock);
        var shown = RunNotice.text(notice, summary);
        return Templates.run(RunView.of(summary, runs.result(id), runs.steps(id), shown, clock));
    }

    @POST
    @Path("cancel")
    @Operation(hidden = true)
    public Response cancel(@RestPath String id) {
        var state = known(id);
        if (!state.status().ended()) {
            cancellation.request(state);
        }
        return Response.seeOther(address(id, RunNotice.CANCELLING)).build();
    }

    /** The page of a run, with a notice. */
    static URI address(String run, RunNotice notice) {
        return UriBuilder.fromPath("/runs/{id}").queryParam("notice", notice.label()).build(run);
    }

    @GET
    @Path("report.html")
    @Operation(hidden = true)
    public Response report(@RestPath String id) {
        known(id);
        var report =
                runs.result(id)
                        .map(RunResult::report)
                        .orElseThrow(
                                () ->
                                        new ApiException(
                                                Status.NOT_FOUND,
                                                "Run '" + id + "' has no report.",
                                                "Its page says why."));
        return file("report.html", HtmlReport.render(report), MediaType.TEXT_HTML);
    }

    @GET
    @Path("plan.json")
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
    @Operation(hidden = true)
    public Response plan(@RestPath String id) throws JsonProcessingException {
        var plan =
                ContractJson.MAPPER
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(known(id).plan());
        return file("plan.json", plan, MediaType.APPLICATION_JSON);
    }

    private static Response file(String name, String content, String type) {
        return Response.ok(content, type + ";charset=UTF-8")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .build();
    }

    private RunState known(String id) {
        return view.find(topics.runs(), () -> runs.state(id))
                .orElseThrow(() -> new UnknownRunException(id));
    }
}
