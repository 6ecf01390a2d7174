package io.pitlane.cli.plan;

import io.pitlane.cli.model.ImportOptions;
import io.pitlane.cli.model.Inspection;
import io.pitlane.cli.model.ModelSheet;
import io.pitlane.cli.model.PackedModel;
import io.pitlane.cli.model.TempFolder;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.source.ImageSources;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a first plan for a model, and one for a smoke test. */
public final class PlanInitialization {
    private static final List<Task> MOST_SPECIFIC_FIRST =
            List.of(Task.DETECTION, Task.SEGMENTATION, Task.CLASSIFICATION, Task.REGRESSION);

    private final Path model;
    private final ImportOptions options;
    private final Path data;

    /**
     * @param data folder of training and test data; null to leave it open
     */
    public PlanInitialization(Path model, ImportOptions options, Path data) {
        this.model = model;
        this.options = options;
        this.data = data;
    }

    /**
     * Writes {@code plan.yaml} and {@code smoke.yaml}.
     *
     * @param folder where they are written
     * @return the two files
     * @throws FailureException INVALID_INPUT when the model or the data cannot be read, or a file
     *     exists already
     */
    public List<Path> writeTo(Path folder) {
        return write(folder, Inspection.of(model, options));
    }

    List<Path> write(Path folder, ModelSheet sheet) {
        var files = List.of(folder.resolve("plan.yaml"), folder.resolve("smoke.yaml"));
        files.forEach(PlanInitialization::requireAbsent);
        var draft = draft(folder.toAbsolutePath().normalize(), sheet);
        var texts = List.of(draft.full(), draft.smoke());
        texts.forEach(PlanReader::read);
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < files.size(); i++) {
                Files.writeString(files.get(i), texts.get(i));
            }
        } catch (IOException e) {
            throw FailureException.invalidInput(
                            "cannot write the plan to " + folder + ": " + e.getMessage(),
                            "Name another folder with --out.")
                    .causedBy(e);
        }
        return files;
    }

    private static void requireAbsent(Path file) {
        if (Files.exists(file)) {
            throw FailureException.invalidInput(
                    file + " exists already", "Move it away, or name another folder with --out.");
        }
    }

    private PlanDraft draft(Path folder, ModelSheet sheet) {
        var name = name();
        var ports = FrozenGraphPorts.INFERRED.equals(options.ports()) ? null : options.ports();
        try (var temp = TempFolder.create()) {
            var graph = SavedModelReader.read(PackedModel.unpackedFolder(model, options, temp));
            var path = relative(folder, model.toString());
            if (data == null) {
                var task = taskOf(graph.signature());
                return new PlanDraft(
                        name, path, ports, sheet, task, null, true, InputChoice.of(graph));
            }
            var found = DataLayout.find(data);
            var test = ImageSources.open(found.test(), Path.of(""));
            var task =
                    test.annotations()
                            .map(PlanInitialization::taskOf)
                            .orElseGet(() -> taskOf(graph.signature()));
            return new PlanDraft(
                    name,
                    path,
                    ports,
                    sheet,
                    task,
                    relative(folder, found),
                    test.annotations().isPresent(),
                    input(graph, task, test));
        }
    }

    private InputChoice input(FlatGraph graph, Task task, ImageSet test) {
        var choice = InputChoice.of(graph, task, test);
        return new InputChoice(
                choice.input().toBuilder().layout(options.layout()).build(), choice.reason());
    }

    /** The file's name, as far as a plan's name can have it. */
    private String name() {
        var file = model.toAbsolutePath().normalize().getFileName().toString();
        return file.replaceFirst("\\.(tar\\.gz|tgz|pb|onnx|pitlane)$", "")
                .replaceAll("[^A-Za-z0-9._-]", "-")
                .replaceFirst("^(.{1,48}).*$", "$1");
    }

    private static DataSpec relative(Path folder, DataSpec data) {
        return new DataSpec(
                data.train().mapPaths(path -> relative(folder, path)),
                data.test().mapPaths(path -> relative(folder, path)));
    }

    /** As plans name files: from their own folder, where there is a way. */
    private static String relative(Path folder, String path) {
        return folder.relativize(Path.of(path).toAbsolutePath().normalize()).toString();
    }

    private static Task taskOf(Annotations annotations) {
        return switch (annotations.kind()) {
            case "masks" -> Task.SEGMENTATION;
            case "boxes" -> Task.DETECTION;
            case "values" -> Task.REGRESSION;
            default -> Task.CLASSIFICATION;
        };
    }

    private static Task taskOf(GraphSignature signature) {
        return MOST_SPECIFIC_FIRST.stream()
                .filter(task -> !ScoredOutput.fitting(signature, task).isEmpty())
                .findFirst()
                .orElse(Task.CLASSIFICATION);
    }
}
