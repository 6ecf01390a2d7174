package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.training.TrainingLoss;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LossCurvesTest {
    private static final Pattern LINE =
            Pattern.compile("class=\"(line|path)\" points=\"([^\"]*)\"");

    @Test
    void lossesAreDrawnOverTheEpochsOfTheTraining() {
        // When
        var html =
                LossCurves.render(
                        List.of(
                                new TrainingLoss(null, 1, 2, 4, 2.0),
                                new TrainingLoss(null, 1.5, 2, 2, null),
                                new TrainingLoss(null, 2, 2, 0, 0.0)));

        // Then
        assertThat(LINE.matcher(html).results().map(m -> m.group(1) + " " + m.group(2)))
                .containsExactly(
                        "line 279.0,20.0 387.5,154.0 496.0,288.0", "path 279.0,154.0 496.0,288.0");
        assertThat(html).contains("Epoch 2.0 of 2: loss 0.0000", "0.0000 on the validation split");
    }

    @Test
    void everyTrainingHasItsPlotTheLatestFirst() {
        // When
        var html =
                LossCurves.render(
                        List.of(
                                new TrainingLoss("generation <1>", 1, 2, 4, null),
                                new TrainingLoss("generation <2>", 1, 2, 3, null)));

        // Then
        assertThat(html.split("<figure>")).hasSize(3);
        assertThat(html.indexOf("generation &lt;2&gt;"))
                .isPositive()
                .isLessThan(html.indexOf("generation &lt;1&gt;"));
        assertThat(html).doesNotContain("generation <1>", "validation split");
    }

    @Test
    void withoutTrainingThereIsNothing() {
        assertThat(LossCurves.render(List.of())).isEmpty();
    }
}
