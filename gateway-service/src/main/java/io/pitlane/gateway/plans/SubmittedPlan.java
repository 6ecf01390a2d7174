package io.pitlane.gateway.plans;

import io.pitlane.contract.plan.DataPaths;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/** Reads and validates the plan in a request. */
public final class SubmittedPlan {
    private SubmittedPlan() {}

    /**
     * Reads a plan and checks everything that can be known before its run.
     *
     * @param text YAML or JSON; null when there is none
     * @param found receives the problems
     * @return the plan; null when it cannot be read
     */
    public static Plan read(String text, List<Problems.Problem> found) {
        if (text == null || text.isBlank()) {
            found.add(new Problems.Problem("plan", "is missing; send the plan's text"));
            return null;
        }
        try {
            var plan = PlanReader.read(text);
            var problems = new Problems();
            DataPaths.check(plan, problems);
            found.addAll(problems.found());
            return plan;
        } catch (InvalidPlanException e) {
            found.addAll(e.problems());
            return null;
        }
    }
}
