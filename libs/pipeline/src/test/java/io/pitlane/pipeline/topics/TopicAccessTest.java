package io.pitlane.pipeline.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.config.PipelineConfig;
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

    @ParameterizedTest
    @EnumSource
    void aWorkerReadsItsOwnJobsAndNoOthers(StageName stage) {
        // When
        var access = TopicAccess.ofWorker(topics, stage, declared(Map.of()));

        // Then
        assertThat(access.reads())
                .filteredOn(topic -> topic.startsWith("race.jobs."))
                .containsExactly("race.jobs." + stage.label());
    }

    @Test
    void whatAServiceDeclaresIsAddedToWhatEveryWorkerDoes() {
        // Given
        var declared =
                declared(
                        Map.of(
                                "reads", "nas.scores",
                                "writes", "artifacts,jobs.*",
                                "groups", "nas.trials"));

        // When
        var access = TopicAccess.ofWorker(topics, StageName.PRUNE, declared);

        // Then
        assertThat(access.reads())
                .containsExactly(
                        "race.artifacts",
                        "race.cancellations",
                        "race.checkpoints",
                        "race.jobs.prune",
                        "race.nas.scores");
        assertThat(access.writes())
                .contains("race.artifacts", "race.jobs.bench", "race.jobs.prune", "race.runs")
                .doesNotContain("race.artifacts.index");
        assertThat(access.creates()).isEmpty();
        assertThat(access.groups()).containsExactly("race.nas.trials", "race.prune");
        assertThat(access.transactionalIds()).containsExactly("race.prune.");
    }

    @Test
    void whoWritesJobsDescribesTheGroupsThatTakeThem() {
        // When
        var access =
                TopicAccess.ofWorker(topics, StageName.PRUNE, declared(Map.of("writes", "jobs.*")));

        // Then
        assertThat(access.describedGroups())
                .containsExactly("race.bench", "race.distill", "race.nas", "race.quantize");
        assertThat(access.acls("User:prune"))
                .filteredOn(acl -> acl.entry().operation() == AclOperation.DESCRIBE)
                .allMatch(acl -> acl.pattern().resourceType() == ResourceType.GROUP)
                .extracting(acl -> acl.pattern().name())
                .containsExactlyInAnyOrderElementsOf(access.describedGroups());
    }

    @Test
    void aServiceThatIsNoWorkerDoesOnlyWhatItDeclares() {
        // Given
        var declared = declared(Map.of("creates", "*", "transactional-ids", "gateway."));

        // When
        var access = TopicAccess.of("gateway", topics, declared);

        // Then
        assertThat(access.creates()).containsExactlyInAnyOrderElementsOf(topics.all());
        assertThat(access.transactionalIds()).containsExactly("race.gateway.");
        assertThat(access.reads()).isEmpty();
        assertThat(access.writes()).isEmpty();
        assertThat(access.groups()).isEmpty();
    }

    @Test
    void aTopicThatThereIsNotIsRefusedByTheNameOfTheSetting() {
        // Given
        var declared = declared(Map.of("writes", "results,scores"));

        // When
        // Then
        assertThatThrownBy(() -> TopicAccess.of("gateway", topics, declared))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("pitlane.access.writes names 'scores', which is no topic");
    }

    @ParameterizedTest
    @EnumSource
    void theSettingsOfTheWorkerNameTheSameTopicsAndGroups(StageName stage) throws IOException {
        // Given
        var config = settings(stage);

        // When
        var access = TopicAccess.ofWorker(topics, stage, declared(Map.of()));

        // Then
        assertThat(access.reads()).contains(value(config, "incoming.jobs.topic"));
        assertThat(access.groups()).contains(value(config, "incoming.jobs.group.id"));
        assertThat(access.writes()).contains(value(config, "outgoing.progress.topic"));
    }

    @Test
    void theAclsSayWhatTheAccessSaysAndNothingElse() {
        // Given
        var access =
                TopicAccess.ofWorker(
                        topics, StageName.BENCH, declared(Map.of("writes", "results,released")));

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

    private static PipelineConfig.AccessConfig declared(Map<String, String> settings) {
        var builder = new SmallRyeConfigBuilder();
        settings.forEach((name, value) -> builder.withDefaultValue("declared." + name, value));
        return builder.withMapping(PipelineConfig.AccessConfig.class, "declared")
                .build()
                .getConfigMapping(PipelineConfig.AccessConfig.class, "declared");
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
