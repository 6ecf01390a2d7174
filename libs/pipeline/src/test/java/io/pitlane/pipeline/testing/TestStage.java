package io.pitlane.pipeline.testing;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.finding.CalibrationRanges;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A stage that does what the plan's name says: work, refuse, crash, hang or make noise. */
public abstract class TestStage implements Stage {
    /** What every model's step finds. */
    public static final Finding FINDING =
            new CalibrationRanges(
                    List.of(new CalibrationRanges.TensorRange("relu1", 0, 6, Method.MIN_MAX)));

    /** What the trainings of the plans "trains" and "trains-in-vain" report. */
    public static final TrainingLoss LOSS = new TrainingLoss(null, 1, 2, 0.25, 0.5);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final StageName name;

    TestStage(StageName name) {
        this.name = name;
    }

    /** Stands in for pruning. */
    public static final class Prune extends TestStage {
        public Prune() {
            super(StageName.PRUNE);
        }
    }

    /** Stands in for measuring. */
    public static final class Bench extends TestStage {
        public Bench() {
            super(StageName.BENCH);
        }
    }

    @Override
    public StageName name() {
        return name;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0.0, "starting");
        try {
            behave(task);
            if (task.plan().name().startsWith("trains")) {
                progress.at(0.5, "epoch 1/2", LOSS);
            }
            if (task.plan().name().equals("trains-in-vain")) {
                throw FailureException.invalidInput("The loss grows.", "Lower the rate.");
            }
            progress.at(1.0, "done");
            return name == StageName.BENCH ? measured(task) : made(task);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void behave(StageTask task) throws IOException {
        switch (task.plan().name()) {
            case "refuse" ->
                    throw FailureException.invalidInput(
                            "The model has no convolution.", "Use another model.");
            case "defect" -> throw new IllegalStateException("an index went astray");
            case "crash" -> crash();
            case "crash-once" -> crashOnce(task);
            case "hang" -> hang();
            case "slow" -> awaitPermission(task);
            case "noisy" -> noise();
            default -> {
                // Works.
            }
        }
    }

    private static void crash() {
        System.err.println("A fatal error has been detected");
        Runtime.getRuntime().halt(139);
    }

    private static void crashOnce(StageTask task) throws IOException {
        var mark = task.output().resolveSibling("crashed");
        if (!Files.exists(mark)) {
            Files.createFile(mark);
            Files.writeString(task.output().resolve("half-written"), "rubbish");
            Files.writeString(task.checkpoints().resolve("state"), "half way");
            crash();
        }
    }

    private static void hang() {
        System.err.println("waiting for ever");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Works until a file named in the plan's model path is there. */
    private static void awaitPermission(StageTask task) {
        while (!Files.exists(Path.of(task.plan().model()))) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void noise() {
        System.out.println("printed by a library");
        System.out.println("{\"fraction\": but no progress");
        System.err.println("threads " + System.getProperty("pitlane.threads"));
        System.err.println("omp " + System.getenv("OMP_NUM_THREADS"));
    }

    private static StageOutcome made(StageTask task) throws IOException {
        var model = Files.createDirectories(task.output().resolve("model"));
        var before = Files.readString(task.current().savedModel().resolve("saved_model.pb"));
        Files.writeString(model.resolve("saved_model.pb"), before + "+" + task.step());
        if (task.plan().name().equals("verbose")) {
            return new StageOutcome.ModelMade(model, List.of("note".repeat(1 << 20)));
        }
        return new StageOutcome.ModelMade(
                model,
                List.of("data has " + Files.readString(task.data().resolve("labels"))),
                List.of(FINDING));
    }

    private static StageOutcome measured(StageTask task) throws IOException {
        return new StageOutcome.Measured(
                Report.builder()
                        .run(task.runId())
                        .plan(task.plan())
                        .verdict(
                                new Report.Verdict(
                                        !task.plan().name().equals("worse"), List.of(), List.of()))
                        .models(List.of())
                        .comparison(List.of())
                        .lineage(task.lineage())
                        .build(),
                delivered(task));
    }

    /** The current model as it is, and a file made of it. */
    private static List<StageOutcome.Deliverable> delivered(StageTask task) throws IOException {
        var folder = task.current().savedModel();
        var model = folder.resolve("saved_model.pb");
        var file = task.output().resolve("model.onnx");
        Files.writeString(file, Files.readString(model) + " as onnx");
        return List.of(
                new StageOutcome.Deliverable(DeliveryFormat.TENSORFLOW, folder),
                new StageOutcome.Deliverable(DeliveryFormat.ONNX, file));
    }
}
