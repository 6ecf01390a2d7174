package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.contract.validation.LocalPath;
import io.pitlane.contract.validation.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A compression plan: a model, data, steps, and the constraints on the result.
 *
 * <p>A record of this type is complete: absent options carry their defaults and the last step is
 * {@link BenchStep bench}. {@link PlanReader} reads one from a user's document.
 *
 * @param name display name, 1 to 64 letters, digits, dots, dashes and underscores
 * @param model path of the model as the user wrote it
 * @param frozenGraph inputs and outputs of a model that is a frozen graph; null where they are
 *     inferred, and for a SavedModel
 * @param signature key of the signature to work on; null for {@code serving_default}, or the only
 *     one
 * @param output name of the output that is scored; null for a choice by the task
 * @param task what the model is for
 * @param data where training and test images are
 * @param input how an image becomes the model's input
 * @param steps the steps, in order; bench is the last
 * @param constraints the conditions under which the candidate passes
 * @param release when a candidate that passed is released
 * @param deliver the formats that the candidate is delivered in; null for every format that can
 *     express it
 * @param seed the seed of everything random in the run
 * @param cache whether a step whose result is known is not done again
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Plan(
        String name,
        String model,
        FrozenGraphPorts frozenGraph,
        String signature,
        String output,
        Task task,
        DataSpec data,
        InputSpec input,
        List<Step> steps,
        Constraints constraints,
        ReleaseMode release,
        List<DeliveryFormat> deliver,
        Long seed,
        Boolean cache) {

    /** Maximum number of steps. */
    public static final int MAX_STEPS = 32;

    public Plan {
        task = task == null ? Task.CLASSIFICATION : task;
        input = input == null ? InputSpec.DEFAULT : input;
        constraints = constraints == null ? Constraints.NONE : constraints;
        release = release == null ? ReleaseMode.AUTOMATIC : release;
        seed = seed == null ? Long.valueOf(17) : seed;
        cache = cache == null || cache;
        steps = withBench(steps == null ? List.of() : steps);
    }

    private static List<Step> withBench(List<Step> written) {
        if (written.stream().anyMatch(BenchStep.class::isInstance)) {
            return List.copyOf(written);
        }
        var complete = new ArrayList<>(written);
        complete.add(BenchStep.DEFAULT);
        return List.copyOf(complete);
    }

    /** The same plan with other data. */
    public Plan withData(DataSpec moved) {
        return toBuilder().data(moved).build();
    }

    /** The same plan with other steps. */
    public Plan withSteps(List<Step> others) {
        return toBuilder().steps(others).build();
    }

    /** The bench step, which every plan has. */
    public BenchStep bench() {
        return (BenchStep) steps.get(steps.size() - 1);
    }

    /**
     * The label of the model that step {@code index} makes: the stage's name, numbered from the
     * second use of a stage on ({@code prune}, {@code prune-2}).
     */
    public String label(int index) {
        var stage = steps.get(index).stage();
        var earlier = steps.subList(0, index).stream().filter(s -> s.stage() == stage).count();
        return earlier == 0 ? stage.label() : stage.label() + "-" + (earlier + 1);
    }

    /** Adds every problem of this plan. */
    public void check(Problems problems) {
        if (problems.present(name, "name", "give the plan a name")) {
            problems.require(
                    name.matches("[A-Za-z0-9._-]{1,64}"),
                    "name",
                    "must be 1 to 64 letters, digits, dots, dashes or underscores, but is '"
                            + Excerpt.of(name)
                            + "'");
        }
        problems.present(
                model,
                "model",
                "name the folder or .tar.gz of a SavedModel, a frozen graph, or an ONNX model");
        LocalPath.check(model, "model", problems);
        if (frozenGraph != null) {
            frozenGraph.check(problems.at("frozenGraph"));
        }
        problems.require(
                signature == null || !signature.isBlank(),
                "signature",
                "is empty; name a signature of the model, or leave the field out");
        problems.require(
                output == null || !output.isBlank(),
                "output",
                "is empty; name an output of the model, or leave the field out");
        if (problems.present(data, "data", "name the training and test images")) {
            data.check(problems.at("data"));
        }
        input.check(data != null && data.mayHoldArrays(), problems.at("input"));
        checkSteps(problems);
        if (deliver != null) {
            checkDeliver(problems.at("deliver"));
        }
        new ConstraintValidation(task, benchSteps(), problems.at("constraints")).check(constraints);
    }

    /** Unlike {@link #bench}, right for a plan whose bench step is not the last, too. */
    private List<BenchStep> benchSteps() {
        return steps.stream()
                .filter(BenchStep.class::isInstance)
                .map(BenchStep.class::cast)
                .toList();
    }

    private void checkSteps(Problems problems) {
        problems.require(
                steps.size() <= MAX_STEPS,
                "steps",
                "at most " + MAX_STEPS + " steps, but there are " + steps.size());
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            var at = problems.at("steps").at(i).at(step.stage().label());
            if (step instanceof BenchStep && i < steps.size() - 1) {
                at.add("must be the last step and stand there once");
            }
            step.models().forEach((field, path) -> LocalPath.check(path, field, at));
            step.checkTask(task, at);
            step.checkInput(input, at);
            step.check(at);
        }
    }

    private void checkDeliver(Problems problems) {
        if (deliver.isEmpty()) {
            problems.add(
                    "is empty; name formats, or leave the field out for all that can express the"
                            + " model");
        }
        var seen = new HashSet<DeliveryFormat>();
        for (int i = 0; i < deliver.size(); i++) {
            var format = deliver.get(i);
            if (format == null) {
                problems.at(i).add("is empty; name a format, or remove the element");
            } else if (!seen.add(format)) {
                problems.at(i).add("names '" + format.label() + "' a second time");
            }
        }
    }

    /** A plan with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.name = name;
        builder.model = model;
        builder.frozenGraph = frozenGraph;
        builder.signature = signature;
        builder.output = output;
        builder.task = task;
        builder.data = data;
        builder.input = input;
        builder.steps = steps;
        builder.constraints = constraints;
        builder.release = release;
        builder.deliver = deliver;
        builder.seed = seed;
        builder.cache = cache;
        return builder;
    }

    /** Sets the parts of a plan by name. */
    public static final class Builder {
        private String name;
        private String model;
        private FrozenGraphPorts frozenGraph;
        private String signature;
        private String output;
        private Task task;
        private DataSpec data;
        private InputSpec input;
        private List<Step> steps;
        private Constraints constraints;
        private ReleaseMode release;
        private List<DeliveryFormat> deliver;
        private Long seed;
        private Boolean cache;

        private Builder() {}

        public Builder name(String value) {
            this.name = value;
            return this;
        }

        public Builder model(String value) {
            this.model = value;
            return this;
        }

        public Builder frozenGraph(FrozenGraphPorts value) {
            this.frozenGraph = value;
            return this;
        }

        public Builder signature(String value) {
            this.signature = value;
            return this;
        }

        public Builder output(String value) {
            this.output = value;
            return this;
        }

        public Builder task(Task value) {
            this.task = value;
            return this;
        }

        public Builder data(DataSpec value) {
            this.data = value;
            return this;
        }

        public Builder input(InputSpec value) {
            this.input = value;
            return this;
        }

        public Builder steps(List<Step> value) {
            this.steps = value;
            return this;
        }

        public Builder constraints(Constraints value) {
            this.constraints = value;
            return this;
        }

        public Builder release(ReleaseMode value) {
            this.release = value;
            return this;
        }

        public Builder deliver(List<DeliveryFormat> value) {
            this.deliver = value;
            return this;
        }

        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        public Builder cache(boolean value) {
            this.cache = value;
            return this;
        }

        public Plan build() {
            return new Plan(
                    name,
                    model,
                    frozenGraph,
                    signature,
                    output,
                    task,
                    data,
                    input,
                    steps,
                    constraints,
                    release,
                    deliver,
                    seed,
                    cache);
        }
    }
}
