package io.pitlane.report;

import io.pitlane.contract.finding.LayerFactors;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.report.LayerFigures;
import io.pitlane.contract.report.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The layers of the candidate: what each computes and stores, how sensitive it is to quantization
 * where a step has measured that, and why a step left it alone.
 */
final class LayersSection {
    /** As {@code left alone: conv1, conv2: channel pruning does not support this operation}. */
    private static final Pattern LEFT = Pattern.compile("(left \\w+): .*: (.+)");

    private final Report report;
    private final Map<String, Double> errors;

    private LayersSection(Report report) {
        this.report = report;
        this.errors = errors(report);
    }

    static String render(Report report) {
        return report.layers().isEmpty() ? "" : new LayersSection(report).section();
    }

    /** The relative L2 error of the outputs with a layer alone in int8, by its name. */
    private static Map<String, Double> errors(Report report) {
        var errors = new LinkedHashMap<String, Double>();
        findings(report, LayerSensitivity.class)
                .flatMap(sensitivity -> sensitivity.layers().stream())
                .forEach(layer -> errors.put(layer.name(), Math.sqrt(layer.alone().noise())));
        return errors;
    }

    private static <T> Stream<T> findings(Report report, Class<T> type) {
        return report.lineage().stream()
                .flatMap(entry -> entry.findings().stream())
                .filter(type::isInstance)
                .map(type::cast);
    }

    private String section() {
        var columns =
                new ArrayList<>(
                        List.of(
                                "layer",
                                "operation",
                                "MACs",
                                "fewer MACs",
                                "parameters",
                                "zeros",
                                "bits"));
        if (!errors.isEmpty()) {
            columns.add("error in int8");
        }
        columns.add("left alone");
        var table = new HtmlTable("Layers of the candidate", columns);
        report.layers().forEach(layer -> table.add("", row(layer)));
        return "<section>\n<h2>Layers of the candidate</h2>\n" + table.render() + "</section>\n";
    }

    private List<String> row(LayerFigures layer) {
        var cells = new ArrayList<String>();
        cells.add(layer.name());
        cells.add(layer.operation());
        cells.add(FigureFormat.count(layer.macs()));
        cells.add(
                layer.originalMacs() == null
                        ? FigureFormat.NONE
                        : FigureFormat.times((double) layer.originalMacs() / layer.macs()));
        cells.add(FigureFormat.count(layer.parameters()));
        cells.add(zeros(layer));
        cells.add(layer.bits() == 0 ? FigureFormat.NONE : String.valueOf(layer.bits()));
        if (!errors.isEmpty()) {
            cells.add(error(layer));
        }
        cells.add(String.join("; ", reasons(layer.name())));
        return cells;
    }

    private static String zeros(LayerFigures layer) {
        return layer.parameters() == 0
                ? FigureFormat.NONE
                : FigureFormat.percent(1 - (double) layer.nonZeroParameters() / layer.parameters());
    }

    private String error(LayerFigures layer) {
        var error = errors.get(layer.name());
        return error == null ? FigureFormat.NONE : String.format(Locale.ROOT, "%.4f", error);
    }

    /** What the notes of the candidate and the findings of its steps say. */
    private List<String> reasons(String layer) {
        var name = Pattern.compile("(?<![\\w/.-])" + Pattern.quote(layer) + "(?![\\w/-])");
        var notes =
                EnginesTable.candidate(report).notes().stream()
                        .filter(note -> note.startsWith("left ") && name.matcher(note).find())
                        .map(LayersSection::reason);
        var factors =
                findings(report, LayerFactors.class)
                        .flatMap(finding -> finding.layers().stream())
                        .filter(tried -> tried.name().equals(layer) && tried.reason() != null)
                        .map(tried -> "not factorised: " + tried.reason());
        return Stream.concat(notes, factors).distinct().toList();
    }

    /** Without the list of layers, of which each has a row. */
    private static String reason(String note) {
        var left = LEFT.matcher(note);
        return left.matches() ? left.group(1) + ": " + left.group(2) : note;
    }
}
