package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.json.ContractJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bills of materials that {@code -Psbom} writes. */
@EnabledIfSystemProperty(
        named = "pitlane.sbom",
        matches = "true",
        disabledReason = "bills of materials are written with -Psbom")
class SbomIT {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gateway-service",
                "prune-service",
                "distill-service",
                "nas-service",
                "quantize-service",
                "bench-service"
            })
    void everyLibraryThatIsDeliveredIsListedWithItsVersion(String service) throws IOException {
        // Given
        var target = Path.of(System.getProperty("pitlane.root")).resolve(service).resolve("target");

        // When
        var listed = listed(target.resolve("sbom.json"));

        // Then
        assertThat(listed).containsAll(delivered(target.resolve("quarkus-app/lib/main")));
        assertThat(listed).anyMatch(name -> name.startsWith("org.apache.kafka.kafka-clients-4."));
        assertThat(
                        listed.stream()
                                .anyMatch(n -> n.startsWith("org.tensorflow.tensorflow-core-api-")))
                .isEqualTo(!service.equals("gateway-service"));
    }

    /** As Quarkus names libraries: group, artifact and version. */
    private static Set<String> listed(Path sbom) throws IOException {
        var components = ContractJson.MAPPER.readTree(sbom.toFile()).get("components");
        return StreamSupport.stream(components.spliterator(), false)
                .map(SbomIT::name)
                .collect(Collectors.toSet());
    }

    private static String name(JsonNode component) {
        var classifier =
                component.get("purl").asText().replaceAll(".*[?&]classifier=([^&]*).*|.*", "$1");
        var name =
                component.path("group").asText()
                        + "."
                        + component.get("name").asText()
                        + "-"
                        + component.get("version").asText();
        return classifier.isEmpty() ? name : name + "-" + classifier;
    }

    private static List<String> delivered(Path libraries) throws IOException {
        try (var jars = Files.newDirectoryStream(libraries, "*.jar")) {
            return StreamSupport.stream(jars.spliterator(), false)
                    .map(jar -> jar.getFileName().toString().replaceAll("\\.jar$", ""))
                    .toList();
        }
    }
}
