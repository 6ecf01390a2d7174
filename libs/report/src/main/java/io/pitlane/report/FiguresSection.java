package io.pitlane.report;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Speedup;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The headline figures of the candidate, and the two tables that the terminal shows too. */
final class FiguresSection {
    private FiguresSection() {}

    static String headline(Report report) {
        if (report.comparison().isEmpty()) {
            return "";
        }
        var candidate = report.comparison().get(report.comparison().size() - 1);
        var tiles = new StringBuilder("<section class=\"headline\">\n");
        tile(tiles, FigureFormat.times(candidate.sizeRatio()), "smaller on disk");
        tile(tiles, FigureFormat.times(candidate.macsRatio()), "fewer MACs");
        candidate.speedup().stream()
                .filter(speedup -> speedup.threads() == candidate.speedup().get(0).threads())
                .filter(Speedup::isAgainstTensorFlow)
                .collect(
                        Collectors.toMap(
                                Speedup::batch,
                                Function.identity(),
                                BinaryOperator.maxBy(Comparator.comparingDouble(Speedup::paired)),
                                TreeMap::new))
                .values()
                .forEach(speedup -> tile(tiles, FigureFormat.speedup(speedup), described(speedup)));
        tile(
                tiles,
                QualityMetric.change(candidate),
                (candidate.errorIncrease() == null ? "points of " : "of ")
                        + QualityMetric.of(report).title());
        return tiles.append("</section>\n").toString();
    }

    private static String described(Speedup speedup) {
        return (speedup.differs() ? "faster at batch " : "in speed at batch ")
                + speedup.batch()
                + (speedup.engine() == Engine.TENSORFLOW ? "" : " on " + speedup.engine().title());
    }

    private static void tile(StringBuilder to, String figure, String what) {
        to.append("<div><b>%s</b>%s</div>\n".formatted(Html.escape(figure), Html.escape(what)));
    }

    static String table(Report report) {
        var tables = new ReportTable(report);
        return "<section>\n<h2>Models</h2>\n"
                + html("Models", tables.figures())
                + "</section>\n"
                + "<section>\n<h2>Against the original</h2>\n"
                + html("Against the original", tables.ratios())
                + "</section>\n"
                + engines(report);
    }

    private static String engines(Report report) {
        var engines = new EnginesTable(report);
        var remarks =
                engines.remarks().stream()
                        .map(remark -> "<p>" + Html.escape(remark) + "</p>\n")
                        .collect(Collectors.joining());
        var table = engines.isEmpty() ? "" : html("Engines", engines.table());
        return table.isEmpty() && remarks.isEmpty()
                ? ""
                : "<section>\n<h2>Engines</h2>\n" + table + remarks + "</section>\n";
    }

    private static String html(String title, TextTable table) {
        var html = new HtmlTable(title, table.header());
        List<List<String>> rows = table.rows();
        for (int i = 0; i < rows.size(); i++) {
            html.add(i == rows.size() - 1 ? "candidate" : "", rows.get(i));
        }
        return html.render();
    }
}
