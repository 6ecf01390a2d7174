package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;

/** The accuracy of a model on labelled images, by the metrics of its task. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
    @JsonSubTypes.Type(Accuracy.Classification.class),
    @JsonSubTypes.Type(Accuracy.Segmentation.class),
    @JsonSubTypes.Type(Accuracy.Detection.class),
    @JsonSubTypes.Type(Accuracy.Regression.class)
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Accuracy {

    /** The one figure that models are compared by. */
    @JsonIgnore
    Headline headline();

    /** The figure of every class in the test set, 0..1, by class index. */
    @JsonIgnore
    Map<Integer, Double> perClass();

    /**
     * One figure that stands for a model.
     *
     * @param name what it is, as {@code mean IoU}
     * @param value a share 0..1, or an error in the unit of the targets
     * @param error whether lower is better
     */
    record Headline(String name, double value, boolean error) {}

    /**
     * Of a classifier, all values 0..1.
     *
     * @param top1 share of images whose label is the model's first choice
     * @param top5 share of images whose label is among its first five; null where the model outputs
     *     its first choice only
     * @param perClassRecall share of each class's images recognised; a class with no test image is
     *     absent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Classification(double top1, Double top5, Map<Integer, Double> perClassRecall)
            implements Accuracy {
        @Override
        @JsonIgnore
        public Headline headline() {
            return new Headline("accuracy", top1, false);
        }

        @Override
        @JsonIgnore
        public Map<Integer, Double> perClass() {
            return perClassRecall;
        }
    }

    /**
     * Of semantic segmentation, all values 0..1; ignored pixels are not counted.
     *
     * @param pixelAccuracy share of pixels whose class is right
     * @param meanIou mean of {@code perClassIou}
     * @param perClassIou intersection over union of each class's pixels over the whole test set; a
     *     class without a pixel is absent
     */
    record Segmentation(double pixelAccuracy, double meanIou, Map<Integer, Double> perClassIou)
            implements Accuracy {
        @Override
        @JsonIgnore
        public Headline headline() {
            return new Headline("mean IoU", meanIou, false);
        }

        @Override
        @JsonIgnore
        public Map<Integer, Double> perClass() {
            return perClassIou;
        }
    }

    /**
     * Of a detector, at an intersection over union of 0.5, all values 0..1.
     *
     * @param meanAveragePrecision mean of {@code perClassAveragePrecision}
     * @param perClassAveragePrecision area under each class's precision-recall curve; a class
     *     without a labelled box is absent
     */
    record Detection(double meanAveragePrecision, Map<Integer, Double> perClassAveragePrecision)
            implements Accuracy {
        @Override
        @JsonIgnore
        public Headline headline() {
            return new Headline("mAP", meanAveragePrecision, false);
        }

        @Override
        @JsonIgnore
        public Map<Integer, Double> perClass() {
            return perClassAveragePrecision;
        }
    }

    /**
     * Of regression, over all values of all images, in the unit of the targets (squared for the
     * second).
     *
     * @param meanAbsoluteError mean distance from the target
     * @param meanSquaredError mean squared distance from the target
     */
    record Regression(double meanAbsoluteError, double meanSquaredError) implements Accuracy {
        @Override
        @JsonIgnore
        public Headline headline() {
            return new Headline("MAE", meanAbsoluteError, true);
        }

        @Override
        @JsonIgnore
        public Map<Integer, Double> perClass() {
            return Map.of();
        }
    }
}
