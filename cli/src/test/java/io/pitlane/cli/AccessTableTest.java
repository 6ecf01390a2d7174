package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.topics.TopicAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page on security lists the rights that the services need. */
class AccessTableTest {
    private static final Path PAGE =
            Path.of(System.getProperty("pitlane.root")).resolve("docs/how-to/secure.md");

    @Test
    void theTableOfRightsIsThatOfTheCode() throws IOException {
        // When
        var table =
                Files.readAllLines(PAGE).stream()
                        .dropWhile(line -> !line.startsWith("| service | reads"))
                        .skip(2)
                        .takeWhile(line -> line.startsWith("|"))
                        .toList();

        // Then
        assertThat(table)
                .containsExactlyElementsOf(
                        TopicAccess.all(Topics.DEFAULT).stream()
                                .map(AccessTableTest::row)
                                .toList());
    }

    private static String row(TopicAccess access) {
        return "| `"
                + access.service()
                + "` | "
                + names(access.reads())
                + " | "
                + names(access.writes())
                + " | "
                + names(access.groups())
                + " | "
                + names(access.transactionalIds())
                + " |";
    }

    private static String names(Collection<String> names) {
        return names.stream()
                .map(name -> "`" + name.substring(Topics.DEFAULT.prefix().length()) + "`")
                .collect(Collectors.joining(", "));
    }
}
