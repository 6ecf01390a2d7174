package io.pitlane.contract.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.validation.Problems;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankSelectionTest {

    @Test
    void energyChoosesTheRankWhereNothingElseDoes() throws IOException {
        assertThat(read("{}").orByEnergy().energy()).isEqualTo(0.99);
        assertThat(read("{\"ratio\":0.5}").orByEnergy().energy()).isNull();
        assertThat(read("{\"variational\":true}").orByEnergy().energy()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"energy":1}                | energy: must be above 0 and below 1, but is 1.0
                    {"ratio":0}                 | ratio: must be above 0 and below 1, but is 0.0
                    {"variational":false}       | variational: is false, and nothing else chooses the rank; set energy or ratio
                    {"energy":0.9,"ratio":0.5}  | energy, ratio and variational choose the rank in different ways; leave all but one out
                    {"minSpeedup":-1}           | minSpeedup: must be between 0 and 100, but is -1.0
                    {"samples":2}               | samples: must be between 8 and 100000, but is 2
                    """)
    void aWrongOptionIsNamed(String json, String problem) throws IOException {
        // Given
        var problems = new Problems();

        // When
        read(json).check(problems);

        // Then
        assertThat(problems.found()).singleElement().hasToString(problem);
    }

    @Test
    void aGoodSelectionHasNoProblem() throws IOException {
        // Given
        var problems = new Problems();

        // When
        read("{\"variational\":true,\"algorithm\":\"tucker2\",\"minSpeedup\":0}").check(problems);

        // Then
        assertThat(problems.found()).isEmpty();
    }

    private static RankSelection read(String json) throws IOException {
        return ContractJson.MAPPER.readValue(json, RankSelection.class);
    }
}
