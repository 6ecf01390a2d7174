package io.pitlane.contract.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The loss of one training over its epochs, in columns of the same length: figures to five digits,
 * as a plot needs them.
 *
 * @param training what is trained, where a step trains more than once; null for its only training
 * @param epochs of the training
 * @param epoch of each point, in ascending order: epochs done, 0 to {@code epochs}
 * @param loss of each point: mean over the images of the epoch so far
 * @param validation of each point: loss on the validation split, null within an epoch; null where
 *     no point has any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LossCurve(
        String training, int epochs, List<Float> epoch, List<Float> loss, List<Float> validation) {
    private static final MathContext DIGITS = new MathContext(5);

    public LossCurve {
        epoch = epoch == null ? List.of() : List.copyOf(epoch);
        loss = loss == null ? List.of() : List.copyOf(loss);
        validation =
                validation == null
                        ? null
                        : Collections.unmodifiableList(new ArrayList<>(validation));
        if (loss.size() != epoch.size()
                || validation != null && validation.size() != epoch.size()) {
            throw new IllegalArgumentException("the columns of a loss curve differ in length");
        }
    }

    /**
     * The curves of points of several trainings, in the order in which the trainings come first.
     *
     * @param points those of a training in ascending order of their epochs; finite
     */
    public static List<LossCurve> of(List<TrainingLoss> points) {
        var curves = new LinkedHashMap<String, List<TrainingLoss>>();
        for (var point : points) {
            var name = Objects.requireNonNullElse(point.training(), "");
            curves.computeIfAbsent(name, training -> new ArrayList<>()).add(point);
        }
        return curves.values().stream().map(LossCurve::curve).toList();
    }

    private static LossCurve curve(List<TrainingLoss> points) {
        var validation = points.stream().map(point -> rounded(point.validation())).toList();
        var last = points.get(points.size() - 1);
        return new LossCurve(
                last.training(),
                last.epochs(),
                points.stream().map(point -> rounded(point.epoch())).toList(),
                points.stream().map(point -> rounded(point.loss())).toList(),
                validation.stream().allMatch(Objects::isNull) ? null : validation);
    }

    private static Float rounded(Double value) {
        return value == null ? null : BigDecimal.valueOf(value).round(DIGITS).floatValue();
    }

    /** The points of this curve, in order. */
    public List<TrainingLoss> points() {
        return IntStream.range(0, epoch.size())
                .mapToObj(
                        i ->
                                new TrainingLoss(
                                        training, epoch.get(i), epochs, loss.get(i), validation(i)))
                .toList();
    }

    private Double validation(int point) {
        var value = validation == null ? null : validation.get(point);
        return value == null ? null : Double.valueOf(value);
    }
}
