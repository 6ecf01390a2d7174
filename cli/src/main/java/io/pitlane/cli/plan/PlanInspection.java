package io.pitlane.cli.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pitlane.cli.model.Inspection;
import io.pitlane.cli.model.TempFolder;
import io.pitlane.cli.plan.PlanSummary.Images;
import io.pitlane.cli.plan.PlanSummary.Model;
import io.pitlane.cli.plan.PlanSummary.PlannedWork;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.util.List;
import java.util.stream.IntStream;

/** Checks a plan with its model and data, as a run does before it starts, and says what it does. */
public final class PlanInspection {
    private final PlanFile file;
    private final InputCheck inputCheck;

    /** An inspection of a plan. */
    public PlanInspection(PlanFile file) {
        this(file, InstalledStages::checkInput);
    }

    PlanInspection(PlanFile file, InputCheck inputCheck) {
        this.file = file;
        this.inputCheck = inputCheck;
    }

    /**
     * What the plan does.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when a run of it would be
     *     refused, or fail
     */
    public PlanSummary summary() {
        try (var temp = TempFolder.create()) {
            var plan = file.plan();
            var unpacked = UnpackedPlan.of(file, temp);
            unpacked.check(inputCheck);
            var graph = SavedModelReader.read(unpacked.model(), plan.signature());
            var footprint = Footprint.of(graph);
            var train = ImageSources.open(plan.data().train(), file.folder());
            var test = ImageSources.open(plan.data().test(), file.folder());
            var estimate =
                    new TimeEstimate(
                            InferenceTime.secondsPerImage(graph, plan.input(), train),
                            train.size(),
                            test.size(),
                            plan.steps().size());
            var steps = steps(estimate);
            return new PlanSummary(
                    plan.name(),
                    plan.task(),
                    new Model(
                            plan.model(),
                            Inspection.size(unpacked.model()),
                            footprint.parameters(),
                            footprint.macs()),
                    images(plan.data().train(), train),
                    images(plan.data().test(), test),
                    steps,
                    constraints(test.annotations().isPresent()),
                    PlanSummary.delivered(plan),
                    steps.stream().mapToDouble(PlannedWork::seconds).sum());
        }
    }

    /** Those of the plan, and the default limit where they name none on accuracy or fidelity. */
    private JsonNode constraints(boolean hasAnnotations) {
        var plan = file.plan();
        ObjectNode written = ContractJson.MAPPER.valueToTree(plan.constraints());
        if (plan.constraints().limitQuality()) {
            return written;
        }
        boolean hasClasses = plan.task() == Task.CLASSIFICATION || plan.task() == Task.SEGMENTATION;
        return written.setAll(
                ContractJson.MAPPER.<ObjectNode>valueToTree(
                        Constraints.defaultFor(plan.task(), hasAnnotations, hasClasses)));
    }

    private List<PlannedWork> steps(TimeEstimate estimate) {
        var plan = file.plan();
        var written = WrittenPlan.of(plan).get("steps");
        return IntStream.range(0, plan.steps().size())
                .mapToObj(
                        i -> {
                            var step = plan.steps().get(i);
                            JsonNode options = written.get(i).get(step.stage().label());
                            return new PlannedWork(
                                    plan.label(i),
                                    step.summary(),
                                    options,
                                    estimate.seconds(step.stage(), step.work()));
                        })
                .toList();
    }

    private static Images images(DataSource source, ImageSet images) {
        return new Images(
                List.copyOf(source.paths().values()),
                images.size(),
                images.annotations().map(Annotations::kind).orElse(null));
    }
}
