package io.pitlane.report;

import java.util.List;
import java.util.stream.Collectors;

/** An HTML table; cells are escaped. */
final class HtmlTable {
    private final StringBuilder rows = new StringBuilder();

    HtmlTable(List<String> header) {
        rows.append(
                header.stream()
                        .map(title -> "<th>" + Html.escape(title) + "</th>")
                        .collect(Collectors.joining("", "<tr>", "</tr>\n")));
    }

    /**
     * @param kind class of the row; empty for none
     */
    void add(String kind, List<String> cells) {
        rows.append(
                cells.stream()
                        .map(cell -> "<td>" + Html.escape(cell) + "</td>")
                        .collect(
                                Collectors.joining(
                                        "",
                                        kind.isEmpty() ? "<tr>" : "<tr class=\"" + kind + "\">",
                                        "</tr>\n")));
    }

    String render() {
        return "<div class=\"scroll\"><table>\n" + rows + "</table></div>\n";
    }
}
