package io.pitlane.gateway.board;

import io.pitlane.contract.Topics;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.runs.UnknownRunException;
import io.pitlane.gateway.topics.CaughtUpView;
import io.pitlane.report.RunsComparison;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
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
            @RestQuery("run") List<String> ids, @BeanParam ComparisonChoice choice) {
        var compared = known(ids);
        var summaries =
                compared.stream()
                        .map(state -> RunSummary.of(state, List.of(), Clock.systemUTC()))
                        .toList();
        return Templates.compare(CompareView.of(summaries, reports(compared), choice));
    }

    @GET
    @Path("models.csv")
    @Produces({"text/csv", MediaType.TEXT_HTML})
    @Operation(hidden = true)
    public Response csv(@RestQuery("run") List<String> ids, @BeanParam ComparisonChoice choice) {
        var compared = known(ids);
        var reports = reports(compared).stream().flatMap(Optional::stream).toList();
        if (reports.size() < compared.size() || !RunsComparison.differences(reports).isEmpty()) {
            throw new ApiException(
                    Status.CONFLICT,
                    "These runs cannot be compared.",
                    "The page of the comparison says why.");
        }
        var csv = new RunsComparison(reports, choice.engine(reports), choice.batch(reports)).csv();
        return Response.ok(csv, "text/csv;charset=UTF-8")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"models.csv\"")
                .build();
    }

    private List<RunState> known(List<String> ids) {
        var compared = ids.stream().distinct().toList();
        if (compared.size() < 2 || compared.size() > MOST_RUNS) {
            throw new ApiException(
                    Status.BAD_REQUEST,
                    "2 to %d runs can be compared, but there are %d."
                            .formatted(MOST_RUNS, compared.size()),
                    "Tick them in the list of runs.");
        }
        return compared.stream().map(this::known).toList();
    }

    private List<Optional<Report>> reports(List<RunState> compared) {
        return compared.stream()
                .map(state -> runs.result(state.runId()).map(RunResult::report))
                .toList();
    }

    private RunState known(String id) {
        return view.find(topics.runs(), () -> runs.state(id))
                .orElseThrow(() -> new UnknownRunException(id));
    }
}
