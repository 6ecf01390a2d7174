package io.pitlane.formats.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OperatorsPageTest {
    private static final Pattern OPERATOR = Pattern.compile("`(\\w+)`");

    @Test
    void theDocumentationListsExactlyTheOperatorsOfTheTable() throws IOException {
        // Given
        var page = Path.of(System.getProperty("pitlane.root"), "docs/reference/models.md");
        var section = Files.readString(page).split("## ONNX models")[1].split("\n## ")[0];
        var table = section.split("\\| operators \\| not read \\|")[1].split("\n\n")[0];

        // When
        var documented =
                table.lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.split("\\|")[1])
                        .flatMap(cell -> OPERATOR.matcher(cell).results())
                        .map((MatchResult name) -> name.group(1))
                        .toList();

        // Then
        assertThat(documented).containsExactlyInAnyOrderElementsOf(OnnxModel.operators());
    }
}
