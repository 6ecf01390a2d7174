package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Trains a student with a teacher. The loss is {@code labels * cross-entropy(label) + lambda * T^2
 * * cross-entropy(soft targets of the teacher at temperature T)} (Hinton, Vinyals and Dean 2015; at
 * T = 1 the plain form), plus hints and attention transfer where asked for. Without labels the
 * first term is absent.
 *
 * @param student who learns; absent: the current model of the run
 * @param teacher who is followed; absent: the original
 * @param labels weight of the cross-entropy with the labels
 * @param lambda weight of the soft targets
 * @param temperature temperature T of the soft targets
 * @param annealing whether, where there are labels, all that the teacher says fades out in the
 *     course of the training (Clark et al. 2019)
 * @param hints pull the student's features towards the teacher's; null for none
 * @param attention pull the student's attention maps towards the teacher's; null for none
 * @param generations how often a student becomes the teacher of the next one, which starts anew
 * @param ablation whether the same student is also trained without the teacher, for comparison
 * @param training how the student is trained; one with fresh weights always trains batch norm
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DistillStep(
        Student student,
        Teacher teacher,
        Double labels,
        Double lambda,
        Double temperature,
        Boolean annealing,
        Transfer hints,
        Transfer attention,
        Integer generations,
        Boolean ablation,
        Training training)
        implements Step {

    /**
     * Who learns: exactly one of {@code width}, {@code depth} and {@code model}.
     *
     * @param width share of the current model's channels that are kept in every group, above 0 to 1
     * @param depth share of the current model's residual blocks that are kept, of those that can be
     *     dropped, 0 to 1
     * @param model path of a SavedModel
     * @param weights what a student of {@code width} or {@code depth} starts from
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Student(Double width, Double depth, String model, Weights weights) {

        /** What a student starts from. */
        public enum Weights {
            /** The weights of the channels that matter most. */
            @JsonProperty("inherited")
            INHERITED,
            /** New ones (He et al. 2015). */
            @JsonProperty("fresh")
            FRESH
        }

        public Student {
            weights = weights == null ? Weights.INHERITED : weights;
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
        }
    }

    /**
     * Who is followed.
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
            /** The model as the last step left it: self-distillation. */
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
     * @param weight factor on the loss, the mean over the pairs
     * @param pairs the layers; null to choose them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Transfer(Double weight, List<Pair> pairs) {

        /**
         * A layer of the student and the layer of the teacher that it follows, both by the name of
         * a node in the flat graph.
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

    public DistillStep {
        teacher = teacher == null ? Teacher.DEFAULT : teacher;
        labels = labels == null ? Double.valueOf(1) : labels;
        lambda = lambda == null ? Double.valueOf(1) : lambda;
        temperature = temperature == null ? Double.valueOf(4) : temperature;
        annealing = annealing == null ? Boolean.TRUE : annealing;
        generations = generations == null ? Integer.valueOf(1) : generations;
        ablation = ablation == null ? Boolean.FALSE : ablation;
        training = training == null ? Training.DEFAULT : training;
        if (student != null && student.weights() == Student.Weights.FRESH) {
            training = training.ofFreshNetwork();
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
        return new DistillStep(
                student == null ? null : student.mapModel(path),
                teacher.mapModel(path),
                labels,
                lambda,
                temperature,
                annealing,
                hints,
                attention,
                generations,
                ablation,
                training);
    }

    @Override
    public void check(Problems problems) {
        if (student != null) {
            student.check(problems.at("student"));
        }
        teacher.check(problems.at("teacher"));
        problems.require(
                labels >= 0 && labels <= 1000,
                "labels",
                "must be between 0 and 1000, but is " + labels);
        problems.require(
                lambda >= 0 && lambda <= 1000,
                "lambda",
                "must be between 0 and 1000, but is " + lambda);
        problems.require(
                lambda > 0 || hints != null || attention != null,
                "lambda",
                "cannot be 0 without hints or attention: the teacher would teach nothing");
        problems.require(
                temperature >= 0.1 && temperature <= 100,
                "temperature",
                "must be between 0.1 and 100, but is " + temperature);
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
                "compares on images set aside, so training.validation must be above 0");
    }
}
