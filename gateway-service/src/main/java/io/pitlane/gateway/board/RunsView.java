package io.pitlane.gateway.board;

import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.runs.RunPage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the list of runs shows.
 *
 * @param rows a row for each run of the page
 * @param statuses a link for each status, and one for all
 * @param filters the filters by plan and model that are on; the link of each leaves it
 * @param total how many runs match
 * @param first address of the first page; null on the first
 * @param next address of the next page; null on the last
 */
public record RunsView(
        List<Row> rows,
        List<Link> statuses,
        List<Link> filters,
        int total,
        String first,
        String next) {

    /**
     * A link.
     *
     * @param text what it says
     * @param address where it leads
     * @param current whether it leads to what is shown
     */
    public record Link(String text, String address, boolean current) {}

    /**
     * A run, and the addresses of the runs with the same plan and the same model.
     *
     * @param run the run
     * @param plan runs of the plan
     * @param model runs of the model
     */
    public record Row(RunSummary run, Link plan, Link model) {}

    static RunsView of(RunsAddress here, RunPage page, List<RunSummary> runs) {
        return new RunsView(
                runs.stream().map(run -> row(here, run)).toList(),
                statuses(here),
                filters(here),
                page.total(),
                here.before() == null ? null : here.withBefore(null).toString(),
                page.hasNext() ? here.withBefore(page.next()).toString() : null);
    }

    private static Row row(RunsAddress here, RunSummary run) {
        var plan = run.plan();
        var model = run.state().plan().model();
        return new Row(
                run,
                new Link(plan, here.withPlan(plan).toString(), plan.equals(here.plan())),
                new Link(model, here.withModel(model).toString(), model.equals(here.model())));
    }

    private static List<Link> statuses(RunsAddress here) {
        var all = new Link("all", here.withStatus(null).toString(), here.status() == null);
        var each =
                Stream.of(Status.values())
                        .map(
                                status ->
                                        new Link(
                                                status.title(),
                                                here.withStatus(status).toString(),
                                                status == here.status()));
        return Stream.concat(Stream.of(all), each).toList();
    }

    private static List<Link> filters(RunsAddress here) {
        var filters = new ArrayList<Link>();
        if (here.plan() != null) {
            filters.add(new Link("plan " + here.plan(), here.withPlan(null).toString(), true));
        }
        if (here.model() != null) {
            filters.add(new Link("model " + here.model(), here.withModel(null).toString(), true));
        }
        return List.copyOf(filters);
    }
}
