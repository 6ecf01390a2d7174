package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.validation.Problems;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Trains a student with a teacher (knowledge distillation).
 *
 * @param student the model to train; null for the current model of the run
 * @param teacher the model whose outputs it learns
 * @param loss the weights of labels and soft targets, beside hints and attention transfer
 * @param annealing whether the weights of all teacher terms decrease to zero in the course of the
 *     training, if there are labels (Clark et al. 2019)
 * @param hints loss between features of student and teacher (Romero et al. 2015); null for none
 * @param attention loss between attention maps of student and teacher (Zagoruyko and Komodakis
 *     2017); null for none
 * @param generations number of students trained in sequence, each with the previous one as its
 *     teacher (Furlanello et al. 2018)
 * @param ablation whether the same student is also trained without the teacher, for comparison
 * @param training training options; a student with fresh weights always trains batch norm
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DistillStep(
        Student student,
        Teacher teacher,
        DistillationLoss loss,
        Boolean annealing,
        Transfer hints,
        Transfer attention,
        Integer generations,
        Boolean ablation,
        Training training)
        implements Step {

    /**
     * The model to train: exactly one of {@code width}, {@code depth} and {@code model}.
     *
     * @param width share of the current model's channels that are kept in every group, above 0 to 1
     * @param depth share of the current model's residual blocks that are kept, of those that can be
     *     dropped, 0 to 1
     * @param model path of a SavedModel
     * @param weights initial weights of a student by {@code width} or {@code depth}; null for
     *     {@code model}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Student(Double width, Double depth, String model, Weights weights) {

        /** The initial weights of a student. */
        public enum Weights {
            /** The weights of the model that it is derived from. */
            @JsonProperty("inherited")
            INHERITED,
            /** Random weights (He et al. 2015). */
            @JsonProperty("fresh")
            FRESH
        }

        public Student {
            if (model == null && weights == null) {
                weights = Weights.INHERITED;
            }
        }

        Student mapModel(UnaryOperator<String> path) {
            return model == null ? this : new Student(width, depth, path.apply(model), weights);
        }

        void check(Problems problems) {
            if (Stream.of(width, depth, model).filter(Objects::nonNull).count() != 1) {
                problems.add("must name exactly one of width, depth and model");
            }
            problems.require(
                    width == null || width > 0 && width <= 1,
                    "width",
                    "must be above 0 and at most 1, but is " + width);
            problems.require(
                    depth == null || depth >= 0 && depth <= 1,
                    "depth",
                    "must be between 0 and 1, but is " + depth);
            problems.require(
                    model == null || weights == null,
                    "weights",
                    "has no effect with model, which brings its own weights; leave it out");
        }
    }

    /**
     * The model whose outputs the student learns: exactly one of {@code from} and {@code model}.
     *
     * @param from a model of the run; null where {@code model} names one
     * @param model path of a SavedModel
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Teacher(From from, String model) {

        /** A model of the run. */
        public enum From {
            /** The model that came in. */
            @JsonProperty("original")
            ORIGINAL,
            /** The current model of the run: self-distillation. */
            @JsonProperty("current")
            CURRENT
        }

        public static final Teacher DEFAULT = new Teacher(From.ORIGINAL, null);

        Teacher mapModel(UnaryOperator<String> path) {
            return model == null ? this : new Teacher(from, path.apply(model));
        }

        void check(Problems problems) {
            if ((from == null) == (model == null)) {
                problems.add("must name exactly one of from and model");
            }
        }
    }

    /**
     * A loss between layers.
     *
     * @param weight weight of the loss, which is the mean over the pairs
     * @param pairs the layers; null for pairs of equal size
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Transfer(Double weight, List<Pair> pairs) {

        /**
         * A layer of the teacher and a layer of the student, by the names of their nodes in the
         * flat graph.
         */
        public record Pair(String teacher, String student) {}

        public Transfer {
            weight = weight == null ? Double.valueOf(1) : weight;
            pairs = pairs == null ? null : List.copyOf(pairs);
        }

        void check(Problems problems) {
            problems.require(
                    weight > 0 && weight <= 1e6,
                    "weight",
                    "must be above 0 and at most 1000000, but is " + weight);
            for (int i = 0; pairs != null && i < pairs.size(); i++) {
                var at = problems.at("pairs").at(i);
                at.present(pairs.get(i).teacher(), "teacher", "name a layer of the teacher");
                at.present(pairs.get(i).student(), "student", "name a layer of the student");
            }
            problems.require(
                    pairs == null || !pairs.isEmpty(),
                    "pairs",
                    "must name at least one pair; leave it out to have them chosen");
        }
    }

    private static final DistillationLoss DEFAULT_LOSS =
            DistillationLoss.builder().labels(1).softTargets(1).temperature(4).build();

    public DistillStep {
        teacher = teacher == null ? Teacher.DEFAULT : teacher;
        loss = DistillationLoss.orDefaults(loss, DEFAULT_LOSS);
        annealing = annealing == null ? Boolean.TRUE : annealing;
        generations = generations == null ? Integer.valueOf(1) : generations;
        ablation = ablation == null ? Boolean.FALSE : ablation;
        training =
                (training == null ? Training.DEFAULT : training)
                        .withDefault(Training.BatchNorm.FROZEN);
        if (student != null && student.weights() == Student.Weights.FRESH) {
            training = training.forFreshNetwork();
        }
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.DISTILL;
    }

    @Override
    public Map<String, String> models() {
        var models = new TreeMap<String, String>();
        if (student != null && student.model() != null) {
            models.put("student.model", student.model());
        }
        if (teacher.model() != null) {
            models.put("teacher.model", teacher.model());
        }
        return models;
    }

    @Override
    public Step mapModels(UnaryOperator<String> path) {
        return toBuilder()
                .student(student == null ? null : student.mapModel(path))
                .teacher(teacher.mapModel(path))
                .build();
    }

    @Override
    public String summary() {
        return "trains "
                + (student == null ? "the model" : "a student")
                + " with a teacher"
                + StepWork.forEpochs(work().epochs());
    }

    @Override
    public StepWork work() {
        return StepWork.ofEpochs(StepWork.epochs(training) * generations * (ablation ? 2 : 1));
    }

    @Override
    public void check(Problems problems) {
        if (student != null) {
            student.check(problems.at("student"));
        }
        teacher.check(problems.at("teacher"));
        var atLoss = problems.at("loss");
        loss.check(atLoss);
        atLoss.require(
                loss.softTargets() > 0 || hints != null || attention != null,
                "softTargets",
                "cannot be 0 without hints or attention: the teacher would have no influence");
        if (hints != null) {
            hints.check(problems.at("hints"));
        }
        if (attention != null) {
            attention.check(problems.at("attention"));
        }
        problems.require(
                generations >= 1 && generations <= 20,
                "generations",
                "must be between 1 and 20, but is " + generations);
        training.check(problems.at("training"));
        problems.require(
                !ablation || training.validation() > 0,
                "ablation",
                "compares on the validation images, so training.validation must be above 0");
    }

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.student = student;
        builder.teacher = teacher;
        builder.loss = loss;
        builder.annealing = annealing;
        builder.hints = hints;
        builder.attention = attention;
        builder.generations = generations;
        builder.ablation = ablation;
        builder.training = training;
        return builder;
    }

    /** Sets options by name. */
    public static final class Builder {
        private Student student;
        private Teacher teacher;
        private DistillationLoss loss;
        private Boolean annealing;
        private Transfer hints;
        private Transfer attention;
        private Integer generations;
        private Boolean ablation;
        private Training training;

        private Builder() {}

        public Builder student(Student value) {
            this.student = value;
            return this;
        }

        public Builder teacher(Teacher value) {
            this.teacher = value;
            return this;
        }

        public Builder loss(DistillationLoss value) {
            this.loss = value;
            return this;
        }

        public Builder annealing(boolean value) {
            this.annealing = value;
            return this;
        }

        public Builder hints(Transfer value) {
            this.hints = value;
            return this;
        }

        public Builder attention(Transfer value) {
            this.attention = value;
            return this;
        }

        public Builder generations(int value) {
            this.generations = value;
            return this;
        }

        public Builder ablation(boolean value) {
            this.ablation = value;
            return this;
        }

        public Builder training(Training value) {
            this.training = value;
            return this;
        }

        public DistillStep build() {
            return new DistillStep(
                    student,
                    teacher,
                    loss,
                    annealing,
                    hints,
                    attention,
                    generations,
                    ablation,
                    training);
        }
    }
}
