package io.pitlane.gateway.plans;

import io.pitlane.contract.DataPaths;
import io.pitlane.contract.InvalidPlanException;
import io.pitlane.contract.Plan;
import io.pitlane.contract.PlanReader;
import io.pitlane.contract.Problems;
import java.util.List;

/** A plan as a client sends it. */
public final class PlanText {
    private PlanText() {}

    /**
     * Reads a plan and checks everything about it that the door can know.
     *
     * @param text YAML or JSON; null when there is none
     * @param found what is wrong is added to it
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
