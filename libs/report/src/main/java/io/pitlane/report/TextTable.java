package io.pitlane.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in plain text with aligned columns. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();
    private final int leftColumns;

    /** A table whose first column is aligned to the left, the others to the right. */
    public TextTable(List<String> header) {
        this(header, 1);
    }

    /**
     * @param leftColumns how many columns, from the first on, are aligned to the left
     */
    public TextTable(List<String> header, int leftColumns) {
        this.header = List.copyOf(header);
        this.leftColumns = leftColumns;
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException when it has not as many cells as the header
     */
    public void add(List<String> row) {
        if (row.size() != header.size()) {
            throw new IllegalArgumentException(row + " does not fit " + header);
        }
        rows.add(List.copyOf(row));
    }

    List<String> header() {
        return header;
    }

    List<List<String>> rows() {
        return List.copyOf(rows);
    }

    /** The lines, without a line feed at the end. */
    public String render() {
        var widths = IntStream.range(0, header.size()).map(this::width).toArray();
        var lines = new ArrayList<String>();
        lines.add(line(header, widths));
        lines.add("-".repeat(IntStream.of(widths).sum() + GAP.length() * (widths.length - 1)));
        rows.forEach(row -> lines.add(line(row, widths)));
        return String.join("\n", lines);
    }

    private int width(int column) {
        return IntStream.concat(
                        IntStream.of(length(header.get(column))),
                        rows.stream().mapToInt(row -> length(row.get(column))))
                .max()
                .getAsInt();
    }

    private String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(i -> aligned(cells.get(i), widths[i], i < leftColumns))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private static String aligned(String cell, int width, boolean left) {
        var padding = " ".repeat(width - length(cell));
        return left ? cell + padding : padding + cell;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
