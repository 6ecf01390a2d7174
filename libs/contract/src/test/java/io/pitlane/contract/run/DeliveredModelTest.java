package io.pitlane.contract.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.RunResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveredModelTest {

    @Test
    void aStateAndAResultOfAVersionWithoutDeliverablesHaveNone() throws Exception {
        var state = ContractJson.MAPPER.readValue("{\"runId\": \"a\"}", RunState.class);
        var result = ContractJson.MAPPER.readValue("{\"models\": []}", RunResult.class);

        assertThat(state.deliverables()).isEmpty();
        assertThat(result.deliverables()).isEmpty();
        assertThat(ContractJson.MAPPER.writeValueAsString(state)).doesNotContain("deliverables");
    }

    @Test
    void deliverablesSurviveTheWayThroughJsonWithTheNameOfTheirFormat() throws Exception {
        var file = new ArtifactRef("a".repeat(64), 7, ArtifactRef.Kind.EXPORT, 3, 11, 12, 2);
        var delivered =
                List.of(
                        new DeliveredModel(DeliveryFormat.ONNX, 7, file),
                        new DeliveredModel(DeliveryFormat.PACKED, 7, file));
        var state = RunState.builder().runId("a").deliverables(delivered).build();

        var json = ContractJson.MAPPER.writeValueAsString(state);

        assertThat(ContractJson.MAPPER.readTree(json).at("/deliverables/0/format").asText())
                .isEqualTo("onnx");
        assertThat(ContractJson.MAPPER.readTree(json).at("/deliverables/1/format").asText())
                .isEqualTo("packed");
        assertThat(ContractJson.MAPPER.readValue(json, RunState.class)).isEqualTo(state);
    }
}
