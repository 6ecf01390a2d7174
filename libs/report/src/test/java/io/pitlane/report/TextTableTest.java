package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        var table = new TextTable(List.of("model", "size"));
        table.add(List.of("a", "1.00 MB"));
        table.add(List.of("quantize", "9 B"));

        assertThat(table.render())
                .isEqualTo(
                        """
                        model        size
                        -----------------
                        a         1.00 MB
                        quantize      9 B""");
    }

    @Test
    void aCharacterOutsideTheBasicPlaneTakesOneColumn() {
        var table = new TextTable(List.of("n", "v"));
        table.add(List.of("\uD83D\uDE97", "1"));

        assertThat(table.render().lines().skip(2)).containsExactly("\uD83D\uDE97  1");
    }

    @Test
    void aRowThatDoesNotFitIsRefused() {
        var table = new TextTable(List.of("n", "v"));

        assertThatThrownBy(() -> table.add(List.of("1")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
