package io.pitlane.contract.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.pruning.SparsityPattern.Blocks;
import io.pitlane.contract.pruning.SparsityPattern.NofM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparsityPatternTest {

    @Test
    void aColonSeparatesWhatIsKeptOfAGroupAndAnXTheSidesOfABlock() {
        assertThat(SparsityPattern.parse("2:4")).contains(new NofM(2, 4));
        assertThat(SparsityPattern.parse("1x4")).contains(new Blocks(1, 4));
        assertThat(SparsityPattern.parse("16x1")).contains(new Blocks(16, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4", "4:4", "0:4", "5:4", "1x1", "0x4", "1x65", "2:100", "a:b"})
    void otherTextsAreNoPattern(String text) {
        assertThat(SparsityPattern.parse(text)).isEmpty();
    }
}
