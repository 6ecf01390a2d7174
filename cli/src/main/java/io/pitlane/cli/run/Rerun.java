package io.pitlane.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.cli.plan.PlanChanges;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Runs the plan of an earlier run again, with changes, on the same model and data. */
public final class Rerun {
    private final RunState earlier;
    private final ResultsFolder results;
    private final PrintWriter out;

    /**
     * @param earlier the run whose plan, model and data are taken
     * @param out receives the progress and the figures
     */
    public Rerun(RunState earlier, ResultsFolder results, PrintWriter out) {
        this.earlier = earlier;
        this.results = results;
        this.out = out;
    }

    /**
     * Runs the changed plan. Known results are used, even where the earlier run did not, unless the
     * changes say otherwise.
     *
     * @param server the one that has the earlier run
     * @return the run's report
     * @throws FailureException when the changes do not fit the plan, or the run is refused or fails
     */
    public Report run(PlanChanges changes, Server server) {
        if (earlier.data() == null) {
            throw FailureException.invalidInput(
                    "run " + earlier.runId() + " does not say which data it read",
                    "Submit its plan again with 'pitlane compress'.");
        }
        var plan = changes.applyTo(earlier.plan().toBuilder().cache(true).build());
        var display = RunDisplay.of(plan, out);
        var model = earlier.models().get(0).artifact();
        try {
            var request =
                    new RunRequest(
                            ContractJson.MAPPER.writeValueAsString(plan),
                            model.digest(),
                            earlier.data().digest());
            return new RunFollower(server, display, out).run(request, results);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
