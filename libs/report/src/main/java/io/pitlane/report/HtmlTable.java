package io.pitlane.report;

import java.util.List;
import java.util.Map;
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
        add(kind, Map.of(), cells);
    }

    /**
     * @param kind class of the row; empty for none
     * @param data the row's data attributes by their names, without {@code data-}
     */
    void add(String kind, Map<String, ?> data, List<String> cells) {
        var attributes =
                data.entrySet().stream()
                        .map(
                                e ->
                                        " data-%s=\"%s\""
                                                .formatted(e.getKey(), Html.escape(e.getValue())))
                        .collect(Collectors.joining());
        var type = kind.isEmpty() ? "" : " class=\"" + kind + "\"";
        rows.append(
                cells.stream()
                        .map(cell -> "<td>" + Html.escape(cell) + "</td>")
                        .collect(
                                Collectors.joining(
                                        "", "<tr" + type + attributes + ">", "</tr>\n")));
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
