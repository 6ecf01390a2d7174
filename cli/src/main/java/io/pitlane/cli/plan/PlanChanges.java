package io.pitlane.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.contract.validation.NearestName;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Changes of options of a plan, each written as {@code quantize.calibration.method=mse}: the label
 * of a step or the name of a field, and the path of an option in it; the value is YAML. The value
 * {@code null} removes an option, which then has its default.
 */
public final class PlanChanges {
    /** They belong to the uploaded model and data. */
    private static final Set<String> FIXED = Set.of("model", "data", "frozenGraph");

    private final List<String> settings;

    /**
     * Changes that are made one after the other.
     *
     * @param settings each {@code PATH=VALUE}
     */
    public PlanChanges(List<String> settings) {
        this.settings = List.copyOf(settings);
    }

    /**
     * The plan with all changes.
     *
     * @throws FailureException INVALID_INPUT when one does not fit the plan
     */
    public Plan applyTo(Plan plan) {
        var tree = WrittenPlan.of(plan);
        settings.forEach(setting -> apply(setting, plan, tree));
        try {
            return PlanReader.read(tree.toString());
        } catch (InvalidPlanException e) {
            throw FailureException.invalidInput(
                            e.problems().stream()
                                    .map(problem -> "the changed plan: " + problem)
                                    .collect(Collectors.joining("\n")),
                            "Correct --set. An option that does not fit the others any more is"
                                    + " removed with --set PATH=null.")
                    .causedBy(e);
        }
    }

    private static void apply(String setting, Plan plan, ObjectNode tree) {
        var equals = setting.indexOf('=');
        if (equals < 1) {
            throw FailureException.invalidInput(
                    "--set: '" + setting + "' is not of the form PATH=VALUE",
                    "Write it as quantize.calibration.method=mse.");
        }
        var path = List.of(setting.substring(0, equals).split("\\.", -1));
        var value = value(setting, setting.substring(equals + 1));
        var labels = IntStream.range(0, plan.steps().size()).mapToObj(plan::label).toList();
        var step = labels.indexOf(path.get(0));
        if (step >= 0 && path.size() > 1) {
            var stage = plan.steps().get(step).stage().label();
            set(tree.withArray("steps").get(step).get(stage), path.subList(1, path.size()), value);
        } else {
            requireField(path.get(0), labels);
            set(tree, path, value);
        }
    }

    private static JsonNode value(String setting, String text) {
        try {
            return ContractJson.PLAN_MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw FailureException.invalidInput(
                            "--set: the value of '" + setting + "' is not readable as YAML",
                            "Quote the whole option for the shell.")
                    .causedBy(e);
        }
    }

    private static void requireField(String name, List<String> labels) {
        if (FIXED.contains(name)) {
            throw FailureException.invalidInput(
                    "--set: '" + name + "' is that of the earlier run",
                    "Run a plan with another model or other data with 'pitlane compress'.");
        }
        var fields =
                Arrays.stream(Plan.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .filter(field -> !FIXED.contains(field))
                        .toList();
        if (!fields.contains(name)) {
            var known = new ArrayList<>(labels);
            known.addAll(fields);
            throw FailureException.invalidInput(
                    "--set: the plan has no step or field '%s' (it has %s)"
                            .formatted(Excerpt.of(name), String.join(", ", known)),
                    NearestName.advice(name, known));
        }
    }

    private static void set(JsonNode object, List<String> path, JsonNode value) {
        var at = (ObjectNode) object;
        for (var name : path.subList(0, path.size() - 1)) {
            at = at.get(name) instanceof ObjectNode inner ? inner : at.putObject(name);
        }
        var last = path.get(path.size() - 1);
        if (value.isNull() || value.isMissingNode()) {
            at.remove(last);
        } else {
            at.set(last, value);
        }
    }
}
