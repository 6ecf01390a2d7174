package io.pitlane.cli.plan;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.data.source.DataFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A plan in a file; relative paths in it are relative to the folder of the file.
 *
 * @param file absolute path of the file
 * @param plan its content
 */
public record PlanFile(Path file, Plan plan) {
    private static final long MAX_BYTES = 1 << 20;

    /**
     * Reads a plan and checks that the files it names exist.
     *
     * @throws FailureException when it cannot be read, is no valid plan, or names missing files
     */
    public static PlanFile read(Path file) {
        var absolute = file.toAbsolutePath().normalize();
        var plan = new PlanFile(absolute, expanded(parse(file, text(file)), absolute.getParent()));
        plan.requirePresent("model", plan.plan().model());
        plan.requirePresent("data.train", plan.plan().data().train());
        plan.requirePresent("data.test", plan.plan().data().test());
        plan.requireModelsOfSteps();
        return plan;
    }

    /** The folder that relative paths in the plan are relative to. */
    public Path folder() {
        return file.getParent();
    }

    /** The model: a folder or a .tar.gz. */
    public Path model() {
        return folder().resolve(plan.model());
    }

    /** The same plan with another seed. */
    public PlanFile withSeed(long seed) {
        return new PlanFile(file, plan.toBuilder().seed(seed).build());
    }

    /** The same plan, all of whose steps are done even where their results are known. */
    public PlanFile withoutCache() {
        return new PlanFile(file, plan.toBuilder().cache(false).build());
    }

    /**
     * The same plan, with the paths of models in its steps replaced by those of {@code folders}.
     */
    public PlanFile withModels(UnaryOperator<Path> folders) {
        UnaryOperator<String> path = name -> folders.apply(folder().resolve(name)).toString();
        return new PlanFile(
                file, plan.withSteps(plan.steps().stream().map(s -> s.mapModels(path)).toList()));
    }

    private static String text(Path file) {
        if (!Files.exists(file)) {
            throw FailureException.invalidInput(
                    "there is no plan file " + file, "Check the path of the plan.");
        }
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                throw FailureException.invalidInput(
                        file + " is not a plan: it is a folder or larger than 1 MiB",
                        "Name a YAML or JSON file.");
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw FailureException.invalidInput(
                            file + " is not a text file in UTF-8", "Name a YAML or JSON file.")
                    .causedBy(e);
        } catch (IOException e) {
            throw FailureException.invalidInput(
                            "cannot read the plan file " + file + ": " + e.getMessage(),
                            "Check who may read the file.")
                    .causedBy(e);
        }
    }

    private static Plan parse(Path file, String text) {
        try {
            return PlanReader.read(text);
        } catch (InvalidPlanException e) {
            var problems =
                    e.problems().stream()
                            .map(problem -> file + ": " + problem)
                            .collect(Collectors.joining("\n"));
            throw FailureException.invalidInput(problems, "Correct the plan and try again.")
                    .causedBy(e);
        }
    }

    private void requireModelsOfSteps() {
        for (int i = 0; i < plan.steps().size(); i++) {
            var step = plan.steps().get(i);
            var at = "steps[%d].%s.".formatted(i, step.stage().label());
            step.models().forEach((field, path) -> requirePresent(at + field, path));
        }
    }

    private static Plan expanded(Plan plan, Path folder) {
        UnaryOperator<DataSource> files =
                source -> source.expandPatterns(path -> DataFiles.matching(folder, path));
        return plan.withData(
                new DataSpec(files.apply(plan.data().train()), files.apply(plan.data().test())));
    }

    private void requirePresent(String field, DataSource source) {
        source.paths().forEach((name, path) -> requirePresent(field + "." + name, path));
    }

    private void requirePresent(String field, String path) {
        try {
            var resolved = folder().resolve(path);
            if (!Files.exists(resolved)) {
                throw FailureException.invalidInput(
                        file + ": " + field + ": there is no " + resolved.normalize(),
                        "Correct the path; a relative one is relative to the plan's folder.");
            }
            if (!Files.isReadable(resolved)) {
                throw FailureException.invalidInput(
                        file + ": " + field + ": cannot read " + resolved.normalize(),
                        "Check who may read it.");
            }
        } catch (InvalidPathException e) {
            throw FailureException.invalidInput(
                            file + ": " + field + ": '" + path + "' is not a path",
                            "Correct the path.")
                    .causedBy(e);
        }
    }
}
