package io.pitlane.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The options that differ between the plans of several runs. */
final class OptionDifferences {
    private final List<Option> options;

    /**
     * An option that differs.
     *
     * @param path of it, as {@code prune.ratio}
     * @param values of each run; {@link FigureFormat#NONE} where a plan does not have it
     */
    record Option(String path, List<String> values) {}

    OptionDifferences(List<Report> reports) {
        var plans = reports.stream().map(report -> options(report.plan())).toList();
        var paths = new LinkedHashSet<String>();
        plans.forEach(plan -> paths.addAll(plan.keySet()));
        this.options =
                paths.stream()
                        .map(path -> new Option(path, values(plans, path)))
                        .filter(option -> option.values().stream().distinct().count() > 1)
                        .toList();
    }

    private static List<String> values(List<Map<String, String>> plans, String path) {
        return plans.stream().map(plan -> plan.getOrDefault(path, FigureFormat.NONE)).toList();
    }

    private static Map<String, String> options(Plan plan) {
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i < plan.steps().size(); i++) {
            add(options, plan.label(i), json(plan.steps().get(i)));
        }
        options.put("seed", String.valueOf(plan.seed()));
        return options;
    }

    private static JsonNode json(Step step) {
        JsonNode named = ContractJson.MAPPER.valueToTree(step);
        return named.get(step.stage().label());
    }

    private static void add(Map<String, String> to, String path, JsonNode value) {
        if (value.isObject()) {
            value.properties()
                    .forEach(field -> add(to, path + "." + field.getKey(), field.getValue()));
        } else {
            to.put(path, value.isArray() ? value.toString() : value.asText());
        }
    }

    List<Option> options() {
        return options;
    }

    /** A table with one column a run; empty where nothing differs. */
    String render(int runs) {
        if (options.isEmpty()) {
            return "";
        }
        var header = new ArrayList<>(List.of("option"));
        for (int run = 0; run < runs; run++) {
            header.add(RunsComparison.letter(run));
        }
        var table = new HtmlTable("Options that differ", header);
        for (var option : options) {
            var row = new ArrayList<>(List.of(option.path()));
            row.addAll(option.values());
            table.add("", row);
        }
        return "<section>\n<h2>Options that differ</h2>\n" + table.render() + "</section>\n";
    }
}
