package io.pitlane.pipeline.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.StageName;
import io.pitlane.contract.Topics;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicAccessTest {
    private final Topics topics = new Topics("race.");

    @Test
    void everyTopicIsWrittenBySomebodyAndNoneIsNamedThatIsNotMade() {
        // When
        var all = TopicAccess.all(topics);

        // Then
        assertThat(all).flatExtracting(TopicAccess::writes).containsAll(topics.all());
        assertThat(topics.all())
                .containsAll(all.stream().flatMap(a -> a.reads().stream()).toList());
        assertThat(topics.all())
                .containsAll(all.stream().flatMap(a -> a.writes().stream()).toList());
    }

    @ParameterizedTest
    @EnumSource
    void aStageReadsItsOwnJobsAndNobodyElses(StageName stage) {
        // When
        var access = TopicAccess.ofStage(topics, stage);

        // Then
        assertThat(access.reads())
                .filteredOn(topic -> topic.startsWith("race.jobs."))
                .containsExactly("race.jobs." + stage.label());
    }

    @Test
    void onlyBenchEndsARunWithAResult() {
        assertThat(TopicAccess.all(topics))
                .filteredOn(a -> a.writes().contains(topics.results()))
                .extracting(TopicAccess::service)
                .containsExactly("bench");
        assertThat(TopicAccess.all(topics))
                .filteredOn(a -> a.writes().contains(topics.released()))
                .extracting(TopicAccess::service)
                .containsExactly("bench");
    }

    @ParameterizedTest
    @EnumSource
    void theSettingsOfTheWorkerNameTheSameTopicsAndGroups(StageName stage) throws IOException {
        // Given
        var config = settings(stage);

        // When
        var access = TopicAccess.ofStage(topics, stage);

        // Then
        assertThat(access.reads()).contains(value(config, "incoming.jobs.topic"));
        assertThat(access.groups()).contains(value(config, "incoming.jobs.group.id"));
        assertThat(access.writes()).contains(value(config, "outgoing.progress.topic"));
        var trials = access.reads().contains(value(config, "incoming.trials.topic"));
        assertThat(trials).isEqualTo(stage == StageName.NAS);
        assertThat(access.groups().contains(value(config, "incoming.trials.group.id")))
                .isEqualTo(trials);
    }

    @Test
    void theAclsSayWhatTheAccessSaysAndNothingElse() {
        // Given
        var access = TopicAccess.ofStage(topics, StageName.BENCH);

        // When
        var acls = access.acls("User:bench");

        // Then
        assertThat(acls)
                .hasSize(access.reads().size() + access.writes().size() + 2)
                .allMatch(acl -> acl.entry().principal().equals("User:bench"))
                .allMatch(acl -> acl.pattern().name().startsWith("race."));
        assertThat(acls)
                .filteredOn(acl -> acl.pattern().resourceType() == ResourceType.TRANSACTIONAL_ID)
                .singleElement()
                .satisfies(
                        acl -> {
                            assertThat(acl.pattern().name()).isEqualTo("race.bench.");
                            assertThat(acl.pattern().patternType()).isEqualTo(PatternType.PREFIXED);
                            assertThat(acl.entry().operation()).isEqualTo(AclOperation.WRITE);
                        });
    }

    @Test
    void onlyTheGatewayCreatesTopics() {
        assertThat(TopicAccess.all(topics))
                .filteredOn(a -> !a.creates().isEmpty())
                .singleElement()
                .satisfies(
                        gateway -> {
                            assertThat(gateway.service()).isEqualTo("gateway");
                            assertThat(gateway.creates())
                                    .containsExactlyInAnyOrderElementsOf(topics.all());
                        });
    }

    /** What every service is built with, as a service of this stage sees it. */
    private static SmallRyeConfig settings(StageName stage) throws IOException {
        var common = TopicAccess.class.getResource("/META-INF/microprofile-config.properties");
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(
                        new PropertiesConfigSource(
                                Map.of(
                                        "pitlane.stage",
                                        stage.label(),
                                        "pitlane.topics.prefix",
                                        "race."),
                                "test",
                                500),
                        new PropertiesConfigSource(common, 100))
                .build();
    }

    private static String value(SmallRyeConfig config, String name) {
        return config.getValue("mp.messaging." + name, String.class);
    }
}
