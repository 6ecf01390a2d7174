package io.pitlane.pipeline.child;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.training.TrainingLoss;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ProgressLines lines =
            new ProgressLines(new PrintStream(out, true, StandardCharsets.UTF_8));

    private static TrainingLoss loss(int epoch) {
        return new TrainingLoss(null, epoch, 100, 1.0 / epoch, null);
    }

    private List<ChildProgress> printed() {
        return out.toString(StandardCharsets.UTF_8).lines().map(ProgressLinesTest::read).toList();
    }

    private static ChildProgress read(String line) {
        try {
            return ContractJson.MAPPER.readValue(line, ChildProgress.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theLossesOfLinesThatWouldBeTooManyGoWithTheNext() {
        // When
        for (int epoch = 1; epoch < 10; epoch++) {
            lines.at(epoch / 10.0, "epoch " + epoch, loss(epoch));
        }
        lines.at(1, "done");

        // Then
        var printed = printed();
        assertThat(printed).hasSizeLessThan(10);
        assertThat(printed.stream().flatMap(line -> line.losses().stream()))
                .extracting(TrainingLoss::epoch)
                .containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
        assertThat(printed.get(printed.size() - 1).message()).isEqualTo("done");
    }

    @Test
    void theLatestLossesAreKeptWhereThereAreMany() {
        // When
        lines.at(0, "begins");
        for (int epoch = 1; epoch <= 100; epoch++) {
            lines.at(0.5, "epoch " + epoch, loss(epoch));
        }
        lines.at(1, "done");

        // Then
        var last = printed().get(printed().size() - 1).losses();
        assertThat(last).hasSizeLessThanOrEqualTo(16).endsWith(loss(100));
    }

    @Test
    void theLossesOfAWorkThatFailsAreNotForgotten() {
        // Given
        lines.at(0, "begins");
        lines.at(0.1, "epoch 1", loss(1));

        // When
        lines.flush();
        lines.flush();

        // Then
        var printed = printed();
        assertThat(printed).hasSize(2);
        assertThat(printed.get(1)).isEqualTo(new ChildProgress(0.1, "epoch 1", List.of(loss(1))));
    }
}
