package io.pitlane.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An HTML table with a caption, in a region that scrolls where the page is narrow, with the
 * keyboard too. Cells are escaped.
 */
final class HtmlTable {
    private final String title;
    private final List<String> header;
    private final StringBuilder rows = new StringBuilder();

    HtmlTable(String title, List<String> header) {
        this.title = title;
        this.header = List.copyOf(header);
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
        return of(title, header(header), rows.toString());
    }

    /** The header cells of columns. */
    static String header(List<String> columns) {
        return columns.stream()
                .map(column -> "<th scope=\"col\">" + Html.escape(column) + "</th>")
                .collect(Collectors.joining());
    }

    /**
     * A table.
     *
     * @param title its caption
     * @param header header cells as HTML
     * @param rows rows as HTML
     */
    static String of(String title, String header, String rows) {
        return """
        <div class="scroll" role="region" aria-label="%1$s" tabindex="0"><table>
        <caption>%1$s</caption>
        <thead><tr>%2$s</tr></thead>
        <tbody>
        %3$s</tbody>
        </table></div>
        """
                .formatted(Html.escape(title), header, rows);
    }
}
