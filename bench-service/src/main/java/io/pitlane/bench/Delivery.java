package io.pitlane.bench;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.report.Report;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.pipeline.stage.StageOutcome.Deliverable;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The candidate of a run in the formats that it is delivered in: those of the plan, else all that
 * can express it. A SavedModel without int8 or bfloat16 kernels is delivered as the last step made
 * it, unless its {@linkplain DeliveredInput input} is changed; every other export is {@link
 * ExportCheck checked} first, and the packed file {@linkplain PackedCheck likewise}.
 *
 * <p>A format is left out that cannot express the candidate, or whose engine computes something
 * else. Why is said in a note where the plan leaves the formats open, and in the verdict where the
 * plan asks for the format; the run is not passed then. The other formats are delivered in both
 * cases.
 */
final class Delivery {
    private final Exporter exporter;
    private final DeliveredInput input;
    private final String candidate;
    private final FlatGraph graph;
    private final ExportMetadata metadata;
    private final ExportCheck check;
    private final TensorFlowModels tensorFlow;
    private final Path folder;
    private final List<Deliverable> deliverables = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    private Delivery(
            StageTask task, TensorFlowModels tensorFlow, TestData data, Exporter exporter) {
        this.exporter = exporter;
        this.tensorFlow = tensorFlow;
        input = DeliveredInput.of(task);
        candidate = task.current().label();
        graph = input.applied(ModelReading.read(task.current(), task.plan().signature()).graph());
        metadata = ExportDescription.of(task, graph, data.images().classNames());
        folder = created(task.output().resolve("delivered"));
        check = new ExportCheck(exporter, graph, data, task.plan(), folder);
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder, e);
        }
    }

    /**
     * Exports the candidate below the task's output folder.
     *
     * @param task with the models as their steps made them
     * @param tensorFlow the same as TensorFlow runs them
     */
    static Delivery of(StageTask task, TensorFlowModels tensorFlow, TestData data) {
        return of(task, tensorFlow, data, ModelExports::of);
    }

    static Delivery of(
            StageTask task, TensorFlowModels tensorFlow, TestData data, Exporter exporter) {
        var delivery = new Delivery(task, tensorFlow, data, exporter);
        var planned = Optional.ofNullable(task.plan().deliver());
        planned.orElse(List.of(DeliveryFormat.values())).forEach(delivery::add);
        if (delivery.input.takesPixels()) {
            delivery.notes.add(
                    "Delivered models take pixels as uint8: they scale them themselves.");
        }
        if (planned.isEmpty()) {
            delivery.notes.addAll(delivery.missing);
            delivery.missing.clear();
        }
        return delivery;
    }

    private void add(DeliveryFormat format) {
        switch (format) {
            case TENSORFLOW -> addSavedModel();
            case ONNX -> addExport(ModelFormat.ONNX);
            case TFLITE -> addExport(ModelFormat.TFLITE);
            case PACKED -> addPacked();
        }
    }

    private void addSavedModel() {
        var model = tensorFlow.task().current().savedModel();
        var precision = ModelExports.precisionOf(ModelFormat.TENSORFLOW, graph);
        var simulated = Optional.ofNullable(tensorFlow.engines().simulated().get(precision));
        if (precision == Precision.INT8 && simulated.isPresent()) {
            miss(DeliveryFormat.TENSORFLOW, simulated.get());
        } else if ((precision == Precision.FLOAT32 || simulated.isPresent())
                && !input.takesPixels()) {
            deliver(DeliveryFormat.TENSORFLOW, model);
        } else {
            addChecked(ModelFormat.TENSORFLOW, model);
        }
    }

    private void addExport(ModelFormat format) {
        var export = exporter.of(format, graph, ModelExports.precisionOf(format, graph));
        if (export.obstacles().isEmpty()) {
            var path = folder.resolve(format.fileName());
            export.write(path, metadata);
            addChecked(format, path);
        } else {
            miss(DeliveryFormat.of(format), describe(export.obstacles()));
        }
    }

    /** The file whose size is reported, unless the input is changed. */
    private void addPacked() {
        var packed = input.takesPixels() ? new PackedModels(folder) : tensorFlow.packed();
        var file = packed.of(candidate, graph);
        addChecked(DeliveryFormat.PACKED, file, PackedCheck.of(file, graph));
    }

    private void addChecked(ModelFormat format, Path path) {
        addChecked(DeliveryFormat.of(format), path, check.of(format, path));
    }

    private void addChecked(DeliveryFormat format, Path path, CheckResult result) {
        if (result.agrees()) {
            deliver(format, path);
            notes.add("Delivered as %s: %s.".formatted(format.label(), result.finding()));
        } else {
            miss(format, result.finding());
        }
    }

    private void deliver(DeliveryFormat format, Path path) {
        deliverables.add(new Deliverable(format, path));
    }

    private void miss(DeliveryFormat format, String reason) {
        missing.add("Not delivered as %s: %s.".formatted(format.label(), reason));
    }

    /** Every node that is in the way; nodes with the same reason are named together. */
    static String describe(List<ExportObstacle> obstacles) {
        var nodes = new LinkedHashMap<String, List<String>>();
        for (var obstacle : obstacles) {
            nodes.computeIfAbsent(
                            "(" + obstacle.op() + "): " + obstacle.reason(),
                            reason -> new ArrayList<>())
                    .add("'" + obstacle.node() + "'");
        }
        return nodes.entrySet().stream()
                .map(e -> String.join(", ", e.getValue()) + " " + e.getKey())
                .collect(Collectors.joining("; "));
    }

    /** The exports, in the order of the formats. */
    List<Deliverable> deliverables() {
        return List.copyOf(deliverables);
    }

    /** A report with the notes on the delivery, and the verdict that takes it into account. */
    Report addTo(Report report) {
        var models = new ArrayList<>(report.models());
        var candidate = models.remove(models.size() - 1);
        var all = new ArrayList<>(candidate.notes());
        all.addAll(notes);
        models.add(candidate.toBuilder().notes(all).build());
        var verdict = report.verdict();
        var violations = new ArrayList<>(verdict.violations());
        violations.addAll(missing);
        return report.toBuilder()
                .models(models)
                .verdict(
                        new Report.Verdict(
                                verdict.passed() && missing.isEmpty(),
                                verdict.conditions(),
                                violations))
                .build();
    }
}
