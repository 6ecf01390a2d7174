package io.pitlane.cli.stack;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.StageName;
import io.pitlane.evaluation.preflight.Preflight;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.pipeline.stage.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The techniques of an installation, asked in this process: the {@link Stage} of each service, from
 * its package. A service's classes are its own; its libraries are those of this process, and from
 * the package where this process has none. Not thread-safe; close it, for it holds jars open.
 */
public final class InstalledStages implements AutoCloseable {
    private final Installation installation;
    private final Map<StageName, Stage> stages = new EnumMap<>(StageName.class);
    private final List<URLClassLoader> loaders = new ArrayList<>();

    /** The techniques of an installation; each is loaded when it is first asked. */
    public InstalledStages(Installation installation) {
        this.installation = installation;
    }

    /**
     * Checks that a plan, its model and its data fit together: what holds for every plan, then each
     * step by its technique.
     *
     * @param model folder of the SavedModel
     * @param folder what the paths of the plan's data and of the models in its steps are relative
     *     to
     * @throws FailureException when something would end the run later, or a service that the plan
     *     needs is not built
     */
    public static void checkInput(Plan plan, Path model, Path folder) {
        Preflight.check(plan, model, folder);
        try (var stages = new InstalledStages(Installation.find())) {
            stages.checkSteps(plan, model, folder);
        }
    }

    /**
     * What each technique says about a model, in the order of their names; one that has nothing to
     * say is left out.
     *
     * @param savedModel folder of the SavedModel
     * @throws FailureException when the model cannot be read, or a service is not built
     */
    public Map<StageName, ModelAdvice> describe(Path savedModel) {
        var advice = new EnumMap<StageName, ModelAdvice>(StageName.class);
        for (var name : StageName.values()) {
            var said = stage(name).describe(savedModel);
            if (!said.sentences().isEmpty()) {
                advice.put(name, said);
            }
        }
        return advice;
    }

    /** Lets each technique check its steps. */
    void checkSteps(Plan plan, Path model, Path folder) {
        for (int i = 0; i < plan.steps().size(); i++) {
            stage(plan.steps().get(i).stage()).check(new PlannedStep(plan, i, model, folder));
        }
    }

    private Stage stage(StageName name) {
        return stages.computeIfAbsent(name, this::load);
    }

    private Stage load(StageName name) {
        var module = name.label() + "-service";
        var urls = installation.classPath(module).stream().map(InstalledStages::url);
        var loader = new URLClassLoader(urls.toArray(URL[]::new), getClass().getClassLoader());
        loaders.add(loader);
        return ServiceLoader.load(Stage.class, loader).stream()
                .filter(provider -> provider.type().getClassLoader() == loader)
                .map(ServiceLoader.Provider::get)
                .filter(stage -> stage.name() == name)
                .findFirst()
                .orElseThrow(
                        () ->
                                new FailureException(
                                        Failure.Kind.INTERNAL,
                                        module + " has no technique named " + name.label(),
                                        "Build Pitlane again, by its script ./pitlane."));
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (var loader : loaders) {
            try {
                loader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
