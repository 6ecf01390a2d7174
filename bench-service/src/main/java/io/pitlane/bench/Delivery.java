package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.report.Report;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
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
 * can express it. A SavedModel of float layers is delivered as the last step made it.
 *
 * <p>A format that cannot express the candidate is left out, and its nodes are named: in a note
 * where the plan leaves the formats open, in the verdict where the plan asks for the format, which
 * then is not passed. The other formats are delivered in both cases.
 */
final class Delivery {
    private final List<Deliverable> deliverables = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final boolean areFormatsPlanned;

    private Delivery(boolean areFormatsPlanned) {
        this.areFormatsPlanned = areFormatsPlanned;
    }

    /** Exports the candidate below the task's output folder. */
    static Delivery of(StageTask task, TestData data) {
        var graph = ModelReading.read(task.current(), task.plan().signature()).graph();
        var metadata = ExportDescription.of(task, graph, data.images().classNames());
        var folder = created(task.output().resolve("delivered"));
        var precision = ModelExports.precisionOf(graph);
        var planned = Optional.ofNullable(task.plan().deliver());
        var delivery = new Delivery(planned.isPresent());
        for (var format : planned.orElse(List.of(ModelFormat.values()))) {
            if (format == ModelFormat.TENSORFLOW && precision == Precision.FLOAT32) {
                delivery.add(format, task.current().savedModel());
                continue;
            }
            var path = folder.resolve(format.fileName());
            ModelExports.of(format, graph, precision)
                    .ifPresentOrElse(
                            export -> delivery.add(export, path, metadata),
                            () -> delivery.miss(format, "this version does not write it"));
        }
        return delivery;
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder, e);
        }
    }

    private void add(ModelFormat format, Path path) {
        deliverables.add(new Deliverable(format, path));
    }

    private void miss(ModelFormat format, String reason) {
        missing.add("Not delivered as %s: %s.".formatted(format.label(), reason));
    }

    private void add(ModelExport export, Path path, ExportMetadata metadata) {
        var obstacles = describe(export.obstacles());
        if (obstacles.isEmpty()) {
            export.write(path, metadata);
            add(export.format(), path);
        } else {
            miss(export.format(), obstacles);
        }
    }

    /** Every node that is in the way; nodes with the same reason are named together. */
    private static String describe(List<ExportObstacle> obstacles) {
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

    /** A report with what could not be delivered. */
    Report addTo(Report report) {
        if (missing.isEmpty()) {
            return report;
        }
        return areFormatsPlanned
                ? report.toBuilder().verdict(notPassed(report.verdict())).build()
                : withNotes(report);
    }

    private Report.Verdict notPassed(Report.Verdict verdict) {
        var violations = new ArrayList<>(verdict.violations());
        violations.addAll(missing);
        return new Report.Verdict(false, verdict.conditions(), violations);
    }

    private Report withNotes(Report report) {
        var models = new ArrayList<>(report.models());
        var candidate = models.remove(models.size() - 1);
        var notes = new ArrayList<>(candidate.notes());
        notes.addAll(missing);
        models.add(candidate.toBuilder().notes(notes).build());
        return report.toBuilder().models(models).build();
    }
}
