package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A CSV with column names in the first line. The separator is comma, semicolon or tab, whichever is
 * most frequent in the first line.
 *
 * @param file the file
 * @param header names of the columns
 * @param rows the lines after it
 */
record CsvTable(Path file, List<String> header, List<Row> rows) {
    private static final CsvMapper CSV =
            CsvMapper.builder()
                    .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                    .enable(CsvParser.Feature.TRIM_SPACES)
                    .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                    .build();
    private static final char BYTE_ORDER_MARK = '\ufeff';

    /**
     * One line.
     *
     * @param where file and line, for messages
     * @param values one per column
     */
    record Row(String where, List<String> values) {}

    /**
     * Reads a table.
     *
     * @throws FailureException INVALID_INPUT naming the line, when it cannot be read
     */
    static CsvTable read(Path file) {
        try {
            char separator = separator(file);
            try (var reader = Files.newBufferedReader(file)) {
                return read(file, reader, separator);
            }
        } catch (IOException e) {
            throw invalidInput(
                    "The CSV %s cannot be read (%s).".formatted(file, firstLine(e)),
                    "Name a CSV in UTF-8 with the names of its columns in the first line.");
        }
    }

    private static CsvTable read(Path file, Reader reader, char separator) throws IOException {
        var schema = CsvSchema.emptySchema().withColumnSeparator(separator);
        try (var lines =
                CSV.readerForListOf(String.class).with(schema).<List<String>>readValues(reader)) {
            if (!lines.hasNextValue()) {
                throw new IOException("it is empty");
            }
            var header = header(lines.nextValue());
            var rows = new ArrayList<Row>();
            while (lines.hasNextValue()) {
                var values = lines.nextValue();
                var where = file + ", row " + (rows.size() + 1);
                if (values.size() != header.size()) {
                    throw invalidInput(
                            "%s has %d values for %d columns."
                                    .formatted(where, values.size(), header.size()),
                            "Correct the line; quote values that hold the separator.");
                }
                rows.add(new Row(where, values));
            }
            return new CsvTable(file, header, rows);
        }
    }

    private static List<String> header(List<String> first) {
        var header = new ArrayList<>(first);
        if (!header.isEmpty()
                && !header.get(0).isEmpty()
                && header.get(0).charAt(0) == BYTE_ORDER_MARK) {
            header.set(0, header.get(0).substring(1));
        }
        return header;
    }

    private static char separator(Path file) throws IOException {
        try (var reader = Files.newBufferedReader(file)) {
            var first = reader.readLine();
            return Stream.of(',', ';', '\t')
                    .max(
                            Comparator.comparingLong(
                                    mark ->
                                            first == null
                                                    ? 0
                                                    : first.chars().filter(c -> c == mark).count()))
                    .orElseThrow();
        }
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * The position of a column.
     *
     * @throws FailureException INVALID_INPUT when there is no such column
     */
    int column(String name, String field) {
        int column = header.indexOf(name);
        if (column < 0) {
            throw invalidInput(
                    "The CSV %s has no column '%s', but %s.".formatted(file, name, header),
                    "Name the column in %s under data in the plan.".formatted(field));
        }
        return column;
    }
}
