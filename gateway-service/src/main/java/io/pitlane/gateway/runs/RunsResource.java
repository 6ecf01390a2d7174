package io.pitlane.gateway.runs;

import io.pitlane.contract.Topics;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.requests.JsonRequest;
import io.pitlane.gateway.topics.CaughtUpView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Runs: submit and watch them, read their reports, download their models. */
@Path("/api/runs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Runs", description = "One execution of a plan")
@Blocking
class RunsResource {
    private static final String FORM =
            "{\"plan\": \"<YAML or JSON as text>\", \"model\": \"<digest>\", \"data\":"
                    + " \"<digest>\"}, where wanted with \"cache\": true or false";

    private final RunSubmission submission;
    private final RunCancellation cancellation;
    private final RunRegistry runs;
    private final RunEventStream events;
    private final ModelDownload models;
    private final CaughtUpView view;
    private final Topics topics;

    RunsResource(
            RunSubmission submission,
            RunCancellation cancellation,
            RunRegistry runs,
            RunEventStream events,
            ModelDownload models,
            CaughtUpView view,
            Topics topics) {
        this.submission = submission;
        this.cancellation = cancellation;
        this.runs = runs;
        this.events = events;
        this.models = models;
        this.view = view;
        this.topics = topics;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Start a run of a plan on an uploaded model and uploaded data")
    @RequestBody(content = @Content(schema = @Schema(implementation = RunRequest.class)))
    @APIResponse(
            responseCode = "201",
            description = "The run has started",
            content = @Content(schema = @Schema(implementation = RunState.class)))
    @APIResponse(responseCode = "400", description = "Every wrong field with its path")
    @APIResponse(responseCode = "413", description = "The request is larger than allowed")
    @APIResponse(responseCode = "429", description = "Too many runs are active")
    public Response submit(InputStream body) throws IOException {
        var state = submission.submit(request(body));
        return Response.created(URI.create("/api/runs/" + state.runId())).entity(state).build();
    }

    @GET
    @Operation(
            summary = "The runs, the newest first",
            description =
                    "Without a limit every run that matches. With one, the header Link names the"
                            + " address of the next page, if there is one.")
    @APIResponse(
            responseCode = "200",
            description = "Their states",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = RunState.class)))
    @APIResponse(responseCode = "400", description = "No such status, or a limit below 1")
    @APIResponse(responseCode = "404", description = "There is no run 'before'")
    public Response list(
            @RestQuery String plan,
            @RestQuery String model,
            @RestQuery String status,
            @RestQuery String before,
            @RestQuery Integer limit,
            @Context UriInfo address) {
        if (limit != null && limit < 1) {
            throw new ApiException(
                    Status.BAD_REQUEST,
                    "limit must be 1 or more, but is " + limit + ".",
                    "Leave it out for every run.");
        }
        var query =
                new RunQuery(
                        plan,
                        model,
                        RunQuery.status(status),
                        before,
                        limit == null ? Integer.MAX_VALUE : limit);
        var page = runs.page(query);
        var response = Response.ok(page.runs());
        if (page.hasNext()) {
            response.link(
                    address.getRequestUriBuilder().replaceQueryParam("before", page.next()).build(),
                    "next");
        }
        return response.build();
    }

    @GET
    @Path("events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Watch every run",
            description =
                    "Events 'state' (RunState) and 'progress' (Progress): at once the latest of each"
                            + " run that has not ended, then those of every run. Does not end.")
    @APIResponse(responseCode = "200", description = "The events")
    public Multi<OutboundSseEvent> watchAll(@Context Sse sse) {
        return events.ofAll(sse);
    }

    @GET
    @Path("{id}")
    @Operation(summary = "The state of a run")
    @APIResponse(responseCode = "200", description = "Its latest state")
    @APIResponse(responseCode = "404", description = "There is no such run")
    public RunState state(@RestPath String id) {
        return known(id);
    }

    @DELETE
    @Path("{id}")
    @Operation(
            summary = "Cancel a run",
            description =
                    "The stage that has the run's job ends it as CANCELLED: within seconds where it"
                            + " is at work, else when it takes the job. A run that ends before"
                            + " that keeps its end.")
    @APIResponse(
            responseCode = "202",
            description = "The request is stored; the state before it",
            content = @Content(schema = @Schema(implementation = RunState.class)))
    @APIResponse(
            responseCode = "200",
            description = "The run has ended, and stays as it is",
            content = @Content(schema = @Schema(implementation = RunState.class)))
    @APIResponse(responseCode = "404", description = "There is no such run")
    public Response cancel(@RestPath String id) {
        var state = known(id);
        if (state.status().ended()) {
            return Response.ok(state).build();
        }
        cancellation.request(state);
        return Response.accepted(state).build();
    }

    @GET
    @Path("{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Watch a run",
            description =
                    "Events 'state' (RunState) and 'progress' (Progress), the latest of each at"
                            + " once; ends after a state that has ended")
    @APIResponse(responseCode = "200", description = "The events until the run has ended")
    @APIResponse(responseCode = "404", description = "There is no such run")
    public Multi<OutboundSseEvent> watch(@RestPath String id, @Context Sse sse) {
        known(id);
        return events.of(id, sse);
    }

    @GET
    @Path("{id}/log")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(
            summary = "The end of the log of a run's work process",
            description =
                    "Of the step at work, at most some seconds old; of a run that failed, of the step"
                            + " that failed. Empty where the process printed nothing, and for runs"
                            + " that ended with a report.")
    @APIResponse(responseCode = "200", description = "At most 8 kB of text")
    @APIResponse(responseCode = "404", description = "There is no such run")
    public String log(@RestPath String id) {
        var state = known(id);
        return state.failure() == null
                ? runs.log(id).orElse("")
                : Objects.requireNonNullElse(state.failure().log(), "");
    }

    @GET
    @Path("{id}/report")
    @Operation(summary = "The figures and the verdict of a run that ended with them")
    @APIResponse(responseCode = "200", description = "The report")
    @APIResponse(responseCode = "404", description = "No such run, or no report of it")
    public Report report(@RestPath String id) {
        var state = known(id);
        return runs.result(id).map(RunResult::report).orElseThrow(() -> noReport(state));
    }

    @GET
    @Path("{id}/models/{label}")
    @Produces({"application/gzip", MediaType.APPLICATION_JSON})
    @Operation(summary = "One model of a run, packed as tar.gz")
    @APIResponse(
            responseCode = "200",
            description = "The packed SavedModel",
            content = @Content(mediaType = "application/gzip"))
    @APIResponse(responseCode = "404", description = "There is no such run or label")
    @APIResponse(responseCode = "410", description = "The model has expired from the log")
    public Response download(@RestPath String id, @RestPath String label) throws IOException {
        return models.of(known(id), label);
    }

    @GET
    @Path("{id}/model")
    @Produces({"application/gzip", MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON})
    @Operation(
            summary = "The candidate in one of the formats that it was delivered in",
            description =
                    "Formats: tensorflow (a SavedModel as tar.gz), onnx, tflite, packed. The run's"
                            + " state lists those of a run under 'deliverables'.")
    @APIResponse(
            responseCode = "200",
            description = "The file; the SavedModel as tar.gz",
            content = {
                @Content(mediaType = "application/gzip"),
                @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM)
            })
    @APIResponse(responseCode = "400", description = "There is no such format")
    @APIResponse(responseCode = "404", description = "No such run, or not delivered in it")
    @APIResponse(responseCode = "410", description = "The model has expired from the log")
    public Response delivered(
            @RestPath String id, @RestQuery @DefaultValue("tensorflow") String format)
            throws IOException {
        return models.delivered(known(id), format);
    }

    private static RunRequest request(InputStream body) throws IOException {
        var request = JsonRequest.read(body, Set.of("plan", "model", "data", "cache"), FORM);
        return new RunRequest(
                request.document("plan"),
                request.text("model"),
                request.text("data"),
                request.flag("cache"));
    }

    private RunState known(String id) {
        return view.find(topics.runs(), () -> runs.state(id))
                .orElseThrow(() -> new UnknownRunException(id));
    }

    private static ApiException noReport(RunState state) {
        return switch (state.status()) {
            case RUNNING ->
                    new ApiException(
                            Status.NOT_FOUND,
                            "Run '" + state.runId() + "' has no report yet: it is still running.",
                            "Wait for it to end: watch GET /api/runs/{id}/events.");
            case FAILED ->
                    new ApiException(
                            Status.NOT_FOUND,
                            "Run '" + state.runId() + "' has no report: it failed.",
                            "Read the failure in GET /api/runs/{id}.");
            case CANCELLED ->
                    new ApiException(
                            Status.NOT_FOUND,
                            "Run '" + state.runId() + "' has no report: it was cancelled.",
                            "Submit the plan again.");
            case PASSED, NOT_PASSED ->
                    new ApiException(
                            Status.NOT_FOUND,
                            "The report of run '" + state.runId() + "' has expired.",
                            "Submit the plan again.");
        };
    }
}
