package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.DataSource.Folder.Columns;
import io.pitlane.data.Annotations;
import io.pitlane.data.ClassNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads classes or values from a CSV with one image per row. */
final class CsvAnnotations {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Columns DEFAULT_COLUMNS = new Columns(null, null, null);

    private CsvAnnotations() {}

    /**
     * Images with their classes, as numbers or names.
     *
     * @param classes names in the model's order; null for numbers, or names in alphabetical order
     */
    static AnnotatedFiles classes(
            ImageFolder folder, Path csv, Columns columns, List<String> classes) {
        var wanted = columns == null ? DEFAULT_COLUMNS : columns;
        var table = CsvTable.read(csv);
        int column =
                table.column(wanted.label() == null ? "label" : wanted.label(), "columns.label");
        var written = table.rows().stream().map(row -> row.values().get(column)).toList();
        boolean numbers =
                classes == null && written.stream().allMatch(s -> NUMBER.matcher(s).matches());
        var names = numbers ? ClassNames.NONE : ClassNames.of(classes, written);
        int[] labels =
                IntStream.range(0, written.size())
                        .map(
                                i ->
                                        numbers
                                                ? Integer.parseInt(written.get(i))
                                                : names.index(
                                                        written.get(i),
                                                        table.rows().get(i).where()))
                        .toArray();
        return AnnotatedFiles.of(
                files(folder, table, wanted), new Annotations.Classes(labels), names);
    }

    /** Images with one or more target values. */
    static AnnotatedFiles values(ImageFolder folder, Path csv, Columns columns) {
        var wanted = columns == null ? DEFAULT_COLUMNS : columns;
        var table = CsvTable.read(csv);
        int[] chosen = valueColumns(table, wanted);
        var values = new float[table.rows().size()][chosen.length];
        for (int i = 0; i < values.length; i++) {
            for (int k = 0; k < chosen.length; k++) {
                values[i][k] = number(table, i, chosen[k]);
            }
        }
        return AnnotatedFiles.of(
                files(folder, table, wanted), new Annotations.Values(values), ClassNames.NONE);
    }

    private static int[] valueColumns(CsvTable table, Columns wanted) {
        int file = fileColumn(table, wanted);
        int[] chosen =
                wanted.values() == null
                        ? IntStream.range(0, table.header().size()).filter(i -> i != file).toArray()
                        : wanted.values().stream()
                                .mapToInt(name -> table.column(name, "columns.values"))
                                .toArray();
        if (chosen.length == 0) {
            throw invalidInput(
                    "The CSV %s has no column of values.".formatted(table.file()),
                    "Give every image at least one value.");
        }
        return chosen;
    }

    private static float number(CsvTable table, int row, int column) {
        var text = table.rows().get(row).values().get(column);
        try {
            float value = Float.parseFloat(text);
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw invalidInput(
                "%s has '%s' in column '%s', which is not a number."
                        .formatted(table.rows().get(row).where(), text, table.header().get(column)),
                "Correct it, or name the columns of numbers in columns.values.");
    }

    private static List<Path> files(ImageFolder folder, CsvTable table, Columns wanted) {
        int column = fileColumn(table, wanted);
        var files = new ArrayList<Path>();
        for (var row : table.rows()) {
            files.add(folder.file(row.values().get(column), row.where()));
        }
        return files;
    }

    private static int fileColumn(CsvTable table, Columns wanted) {
        return table.column(wanted.file() == null ? "file" : wanted.file(), "columns.file");
    }
}
