package io.pitlane.pipeline.worker;

import com.fasterxml.jackson.core.type.TypeReference;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.training.LossCurve;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.stage.LossHistory;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Records the loss curves of a step, which outlive the run, and passes its progress on. A file
 * among the checkpoints has them go on where another replica resumes the step. Thread-safe.
 */
final class LossRecorder implements ProgressListener {
    private static final Logger LOG = Logger.getLogger(LossRecorder.class);

    private static final String FILE = "losses.json";
    private static final int MOST_POINTS = 100;
    private static final TypeReference<List<LossCurve>> CURVES = new TypeReference<>() {};

    private final ProgressListener next;
    private final Path checkpoints;
    private final long intervalNanos;
    private final LossHistory history = new LossHistory(MOST_POINTS);
    private long savedAt = System.nanoTime();

    /**
     * A recorder that goes on with what the folder of checkpoints holds.
     *
     * @param interval between two writings of the file
     */
    LossRecorder(ProgressListener next, Path checkpoints, Duration interval) {
        this.next = next;
        this.checkpoints = checkpoints;
        this.intervalNanos = interval.toNanos();
        restore();
    }

    private void restore() {
        var file = checkpoints.resolve(FILE);
        if (!Files.exists(file)) {
            return;
        }
        try {
            ContractJson.MAPPER.readValue(file.toFile(), CURVES).stream()
                    .flatMap(curve -> curve.points().stream())
                    .forEach(history::add);
        } catch (IOException e) {
            LOG.warn("The loss curves begin at the checkpoint: those before cannot be read", e);
        }
    }

    @Override
    public void at(double fraction, String message) {
        next.at(fraction, message);
    }

    @Override
    public void at(double fraction, String message, TrainingLoss loss) {
        if (loss != null) {
            record(loss);
        }
        next.at(fraction, message, loss);
    }

    private synchronized void record(TrainingLoss loss) {
        history.add(loss);
        if (System.nanoTime() - savedAt >= intervalNanos) {
            save();
            savedAt = System.nanoTime();
        }
    }

    private void save() {
        var unfinished = checkpoints.resolve(FILE + StageTask.UNFINISHED);
        try {
            ContractJson.MAPPER.writeValue(unfinished.toFile(), curves());
            Files.move(unfinished, checkpoints.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.debug("The loss curves are not among the checkpoints", e);
        }
    }

    /** What is recorded so far; empty where the step does not train. */
    synchronized List<LossCurve> curves() {
        return LossCurve.of(history.points());
    }
}
