package io.pitlane.report;

import io.pitlane.contract.report.Report;
import java.util.List;

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
        for (var speedup : candidate.speedup()) {
            tile(
                    tiles,
                    FigureFormat.speedup(speedup),
                    (speedup.differs() ? "faster at batch " : "in speed at batch ")
                            + speedup.batch());
        }
        tile(
                tiles,
                QualityMetric.change(candidate),
                (candidate.errorIncrease() == null ? "points of " : "of ")
                        + QualityMetric.of(report).title());
        return tiles.append("</section>\n").toString();
    }

    private static void tile(StringBuilder to, String figure, String what) {
        to.append("<div><b>%s</b>%s</div>\n".formatted(Html.escape(figure), Html.escape(what)));
    }

    static String table(Report report) {
        var tables = new ReportTable(report);
        return "<section>\n<h2>Models</h2>\n"
                + html(tables.figures())
                + "</section>\n"
                + "<section>\n<h2>Against the original</h2>\n"
                + html(tables.ratios())
                + "</section>\n";
    }

    private static String html(TextTable table) {
        var html = new HtmlTable(table.header());
        List<List<String>> rows = table.rows();
        for (int i = 0; i < rows.size(); i++) {
            html.add(i == rows.size() - 1 ? "candidate" : "", rows.get(i));
        }
        return html.render();
    }
}
