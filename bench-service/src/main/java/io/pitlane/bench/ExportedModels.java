package io.pitlane.bench;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.pipeline.stage.StageOutcome.Deliverable;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models that are measured on other engines than TensorFlow: the candidate in the formats that
 * it is delivered in, and the original's own float export to each of them, which shows what an
 * engine brings without compression.
 *
 * <p>Each is loaded and called once before. One that its engine refuses is not measured, and the
 * reason is told; the run goes on.
 */
final class ExportedModels {
    private static final String NOT_RUNNABLE = "no engine runs it before it is unpacked";

    private final ModelLoader loader;
    private final TestData data;
    private final EngineAvailability engines;
    private final Map<Engine, ModelOnEngine> originals = new EnumMap<>(Engine.class);
    private final Map<Engine, ModelOnEngine> candidates = new EnumMap<>(Engine.class);
    private final Map<DeliveryFormat, String> unmeasured = new EnumMap<>(DeliveryFormat.class);
    private final List<String> notes = new ArrayList<>();

    private ExportedModels(ModelLoader loader, TestData data, EngineAvailability engines) {
        this.loader = loader;
        this.data = data;
        this.engines = engines;
    }

    /**
     * Exports the original below the task's output folder, and tries every model.
     *
     * @param deliverables the candidate's files
     */
    static ExportedModels of(
            StageTask task,
            List<Deliverable> deliverables,
            ModelLoader loader,
            TestData data,
            EngineAvailability engines) {
        var models = new ExportedModels(loader, data, engines);
        models.addOriginals(task);
        for (var deliverable : deliverables) {
            models.addCandidate(task, deliverable);
        }
        return models;
    }

    private void addOriginals(StageTask task) {
        var graph = ModelReading.read(task.original(), task.plan().signature()).graph();
        var folder = created(task.output().resolve("original-exports"));
        for (var engine : Engine.values()) {
            if (engine == Engine.TENSORFLOW || !engines.has(engine)) {
                continue;
            }
            var format = ModelFormat.of(engine);
            var export = ModelExports.of(format, graph, Precision.FLOAT32);
            if (isComplete(export, engine)) {
                var path = folder.resolve(format.fileName());
                export.write(path, ExportMetadata.of(Map.of()));
                addOriginal(new ModelOnEngine(task.original().label(), engine, path));
            }
        }
    }

    private boolean isComplete(ModelExport export, Engine engine) {
        export.obstacles().stream()
                .findFirst()
                .ifPresent(obstacle -> addNote(engine, "it cannot be exported: " + obstacle));
        return export.obstacles().isEmpty();
    }

    private void addOriginal(ModelOnEngine model) {
        var refusal = refusal(model);
        if (refusal.isPresent()) {
            addNote(model.engine(), refusal.get());
        } else {
            originals.put(model.engine(), model);
        }
    }

    private void addNote(Engine engine, String reason) {
        notes.add("Not measured on %s: %s.".formatted(engine.title(), reason));
    }

    private void addCandidate(StageTask task, Deliverable deliverable) {
        deliverable
                .format()
                .runnable()
                .ifPresentOrElse(
                        format -> addCandidate(task, deliverable, format.engine()),
                        () -> unmeasured.put(deliverable.format(), NOT_RUNNABLE));
    }

    private void addCandidate(StageTask task, Deliverable deliverable, Engine engine) {
        if (engine == Engine.TENSORFLOW) {
            return;
        }
        if (!engines.has(engine)) {
            unmeasured.put(deliverable.format(), engines.reason(engine));
            return;
        }
        var model = new ModelOnEngine(task.current().label(), engine, deliverable.path());
        var refusal = refusal(model);
        if (refusal.isPresent()) {
            unmeasured.put(deliverable.format(), refusal.get());
        } else {
            candidates.put(engine, model);
        }
    }

    /** Why an engine does not run a model, as the end of a sentence. */
    private Optional<String> refusal(ModelOnEngine exported) {
        try (var model = loader.load(exported)) {
            model.predict(data.batch(model, data.inputOf(model).fixedBatch().orElse(1)));
            return Optional.empty();
        } catch (FailureException | IllegalStateException e) {
            return Optional.of(e.getMessage().replaceFirst("\\.$", ""));
        }
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder, e);
        }
    }

    /** The candidate on the engine of a format; empty where it is not measured. */
    Optional<ModelOnEngine> candidate(DeliveryFormat format) {
        return format.runnable().map(ModelFormat::engine).map(candidates::get);
    }

    /** Why the candidate in a format is not measured, as the end of a sentence; null if it is. */
    String unmeasured(DeliveryFormat format) {
        return unmeasured.get(format);
    }

    /** Everything to be timed beside the models on TensorFlow. */
    List<ModelOnEngine> all() {
        var all = new ArrayList<>(originals.values());
        candidates.values().stream().filter(model -> !isOriginal(model)).forEach(all::add);
        return List.copyOf(all);
    }

    /** Without any step, the original is the candidate. */
    private boolean isOriginal(ModelOnEngine candidate) {
        var original = originals.get(candidate.engine());
        return original != null && original.label().equals(candidate.label());
    }

    /** Why the original is not measured on an engine, a sentence each. */
    List<String> notes() {
        return List.copyOf(notes);
    }
}
