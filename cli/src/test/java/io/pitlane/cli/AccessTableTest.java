package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.testing.DeclaredAccess;
import io.pitlane.pipeline.topics.TopicAccess;
import io.pitlane.pipeline.trial.TrialExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page on security lists the rights that the services declare. */
class AccessTableTest {
    private static final List<TopicAccess> ALL = DeclaredAccess.all(Topics.DEFAULT);
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
                .containsExactlyElementsOf(ALL.stream().map(AccessTableTest::row).toList());
    }

    @Test
    void everyTopicIsWrittenBySomeService() {
        assertThat(ALL).flatExtracting(TopicAccess::writes).containsAll(Topics.DEFAULT.all());
    }

    @Test
    void onlyBenchEndsARunWithAResult() {
        assertThat(ALL)
                .filteredOn(access -> access.writes().contains(Topics.DEFAULT.results()))
                .extracting(TopicAccess::service)
                .containsExactly("bench");
        assertThat(ALL)
                .filteredOn(access -> access.writes().contains(Topics.DEFAULT.released()))
                .extracting(TopicAccess::service)
                .containsExactly("bench", "gateway");
    }

    @Test
    void onlyNasTakesTrialsInTheirConsumerGroup() {
        var group = TrialExchange.consumerGroup(Topics.DEFAULT);

        assertThat(ALL)
                .filteredOn(access -> access.reads().contains(Topics.DEFAULT.trials()))
                .extracting(TopicAccess::service)
                .containsExactly("nas");
        assertThat(ALL)
                .filteredOn(access -> access.groups().contains(group))
                .extracting(TopicAccess::service)
                .containsExactly("nas");
    }

    @Test
    void onlyTheGatewayCreatesTopics() {
        assertThat(ALL)
                .filteredOn(access -> !access.creates().isEmpty())
                .singleElement()
                .satisfies(
                        gateway -> {
                            assertThat(gateway.service()).isEqualTo("gateway");
                            assertThat(gateway.creates())
                                    .containsExactlyInAnyOrderElementsOf(Topics.DEFAULT.all());
                        });
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
                + names(access.describedGroups())
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
