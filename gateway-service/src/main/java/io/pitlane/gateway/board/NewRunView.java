package io.pitlane.gateway.board;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.PlanWriter;
import io.pitlane.contract.run.RunState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the page for a new run begins with.
 *
 * @param from the run whose plan, model and data it begins with; null for none
 * @param plan the plan as YAML
 * @param uploads the two things to choose: a model and data
 */
public record NewRunView(RunSummary from, String plan, List<Upload> uploads) {
    private static final String FIRST_PLAN =
            """
            name: new-run
            steps:
              - prune: {}
              - quantize: {}
            """;

    /**
     * A model or data to choose or upload.
     *
     * @param kind as in the address of an upload, {@code model}
     * @param title its heading
     * @param known what was uploaded earlier, the latest first
     */
    public record Upload(String kind, String title, List<Artifact> known) {}

    /**
     * An artifact of an earlier run.
     *
     * @param digest of its bytes
     * @param text what it is, as {@code models/net, run 3f1c5a0e}
     * @param chosen whether the run that the page begins with has it
     */
    public record Artifact(String digest, String text, boolean chosen) {}

    /**
     * The page.
     *
     * @param recent the latest runs, whose models and data can be chosen
     */
    static NewRunView of(Optional<RunSummary> from, List<RunSummary> recent) {
        var model =
                new Upload(
                        "model",
                        "Model",
                        known(from, recent, NewRunView::model, run -> run.state().plan().model()));
        var data =
                new Upload("data", "Data", known(from, recent, RunState::data, RunSummary::plan));
        return new NewRunView(
                from.orElse(null),
                from.map(run -> PlanWriter.write(run.state().plan())).orElse(FIRST_PLAN),
                List.of(model, data));
    }

    private static ArtifactRef model(RunState run) {
        return run.models().get(0).artifact();
    }

    private static List<Artifact> known(
            Optional<RunSummary> from,
            List<RunSummary> recent,
            Function<RunState, ArtifactRef> part,
            Function<RunSummary, String> name) {
        var chosen = from.map(run -> part.apply(run.state()).digest());
        var known = new LinkedHashMap<String, Artifact>();
        Stream.concat(from.stream(), recent.stream())
                .forEach(
                        run -> {
                            var digest = part.apply(run.state()).digest();
                            known.putIfAbsent(
                                    digest,
                                    new Artifact(
                                            digest,
                                            name.apply(run) + ", run " + run.shortId(),
                                            chosen.filter(digest::equals).isPresent()));
                        });
        return new ArrayList<>(known.values());
    }
}
