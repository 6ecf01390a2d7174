package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.contract.step.SearchSpace.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenomeTest {
    @ParameterizedTest
    @CsvSource({
        "s16|c32x2k3, s16k3|c32x2k3",
        "s16|c32, s16k3|c32x1k3",
        "s16k5s2as|r64x3k3s2a6|i96x2k5e4, s16k5s2as|r64x3k3s2a6|i96x2k5e4",
        "s8ar|d24x1k7s1ar, s8k3|d24x1k7",
        "s8|i24, s8k3|i24x1k3e1",
    })
    void aGenomeIsParsedAndFormatted(String text, String formatted) {
        var genome = Genome.parse(text);

        assertThat(genome).hasToString(formatted);
        assertThat(Genome.parse(formatted)).isEqualTo(genome);
    }

    @Test
    void theTextDescribesStemAndStages() {
        var genome = Genome.parse("s16|i64x1k5s2e4a6");

        assertThat(genome.stem()).isEqualTo(new Genome.Stem(16, 3, 1, Activation.RELU));
        assertThat(genome.stages())
                .containsExactly(
                        new Genome.Stage(Block.INVERTED, 64, 1, 5, 2, 4, Activation.RELU6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "c32; 1: 'c'",
                "s16; 4: the end",
                "s16|; 5: the end",
                "s16|x32; 5: 'x'",
                "s16|c; 6: the end",
                "s16|c0; 6: '0'",
                "s16|c32y2; 8: 'y'",
                "s16|c32k4; 8: 'k'",
                "s16|c32e4; 8: 'e'",
                "s16|i32e4a7; 11: '7'",
                "s16|c99999999999; 6: '9'",
                "s16||c32; 5: '|'",
            })
    void aMalformedGenomeIsRejectedWithThePosition(String text, String position) {
        assertThatThrownBy(() -> Genome.parse(text))
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("character " + position);
    }

    @ParameterizedTest
    @CsvSource({
        "s16|c32x2k3|c32x1k3, s16k3|c32x3k3",
        "s16|c32x2k3s2|c32x1k3|c32, s16k3|c32x4k3s2",
        "s16|c32x2k3|c32x1k3s2, s16k3|c32x2k3|c32x1k3s2",
        "s16|c32x2k3|c32x1k5, s16k3|c32x2k3|c32x1k5",
        "s16|c32|r32, s16k3|c32x1k3|r32x1k3",
    })
    void equalNetworksHaveTheSameCanonicalGenome(String text, String canonical) {
        assertThat(Genome.parse(text).canonical()).hasToString(canonical);
    }
}
