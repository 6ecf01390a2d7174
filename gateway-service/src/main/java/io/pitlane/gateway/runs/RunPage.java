package io.pitlane.gateway.runs;

import io.pitlane.contract.run.RunState;
import java.util.List;

/**
 * One page of a list of runs.
 *
 * @param runs the newest first
 * @param total how many match the query on all pages
 * @param hasNext whether others follow
 */
public record RunPage(List<RunState> runs, int total, boolean hasNext) {

    /** The {@code before} of the query for the next page. */
    public String next() {
        return runs.get(runs.size() - 1).runId();
    }
}
