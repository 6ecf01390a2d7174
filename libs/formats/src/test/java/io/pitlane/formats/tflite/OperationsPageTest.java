package io.pitlane.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OperationsPageTest {
    private static final Path ROOT = Path.of(System.getProperty("pitlane.root"));
    private static final Pattern OPERATION = Pattern.compile("`(\\w+)`");

    @Test
    void theDocumentationListsExactlyTheOperationsOfTheTable() throws IOException {
        // Given
        var page = ROOT.resolve("docs/reference/models.md");
        var section = Files.readString(page).split("## Export to TFLite")[1].split("\n## ")[0];
        var table = section.split("\\| operations \\| not exported \\|")[1];

        // When
        var documented =
                table.lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.split("\\|")[1])
                        .flatMap(cell -> OPERATION.matcher(cell).results())
                        .map(name -> name.group(1))
                        .toList();

        // Then
        assertThat(documented).containsExactlyInAnyOrderElementsOf(TfliteExport.operations());
    }
}
