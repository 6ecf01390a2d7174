package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {
    static final List<ManifestCheck> CHECKS =
            List.of(
                    new SchemaCheck(),
                    new PodSpecCheck(),
                    new WorkloadCheck(),
                    new NetworkPolicyCheck(),
                    new SettingsCheck(),
                    new PatchCheck(),
                    new KafkaClusterCheck(),
                    new KafkaTopicsCheck(),
                    new KafkaUsersCheck(),
                    new ScalingCheck(),
                    new MonitoringCheck());

    static Stream<Manifests> sources() {
        return Stream.of("base", "overlays/kind", "overlays/production")
                .map(KustomizeSources::sources);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyCheckPasses(Manifests sources) {
        assertThat(sources.all()).isNotEmpty();
        assertThat(problems(sources)).isEmpty();
    }

    @Test
    void stagesDifferInNameImageAndResourcesOnly() {
        var stages =
                KustomizeSources.sources("base").workloads().stream()
                        .filter(workload -> Services.stages().contains(workload.name()))
                        .toList();

        assertThat(stages).hasSize(Services.stages().size());
        assertThat(stages)
                .extracting(WorkloadCheck::common)
                .containsOnly(WorkloadCheck.common(stages.get(0)));
    }

    static List<String> problems(Manifests manifests) {
        return CHECKS.stream().flatMap(check -> check.problems(manifests).stream()).toList();
    }
}
