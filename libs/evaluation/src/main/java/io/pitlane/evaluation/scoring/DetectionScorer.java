package io.pitlane.evaluation.scoring;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations.Boxes;
import io.pitlane.data.Box;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.task.DetectionOutputs;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.Outputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Mean average precision at an intersection over union (IoU) of 0.5, from all points of the
 * precision-recall curve (Everingham et al., The PASCAL VOC Challenge: A Retrospective, 2015). A
 * detection is a true positive if the object of its class with the highest IoU in its image reaches
 * 0.5 and no detection with a higher score matched it before. A detection that matches a difficult
 * object is ignored.
 *
 * <p>Classes of the data start at 0; those of a model may start at 1, with 0 for the background.
 * The offset that gives the higher accuracy is used. Edges are relative to the image, or in pixels
 * of the model input once a batch has an edge above 2.
 */
final class DetectionScorer implements Scorer {
    private static final int[] OFFSETS = {0, 1};

    private static final float MAX_RELATIVE_EDGE = 2;

    private final DetectionOutputs outputs;
    private boolean isInPixels;
    private int images;
    private final Map<Integer, List<Detection>> detections = new TreeMap<>();
    private final Map<Integer, Map<Integer, List<Box>>> objects = new TreeMap<>();

    DetectionScorer(DetectionOutputs outputs) {
        this.outputs = outputs;
    }

    @Override
    public void add(Outputs predicted, Batch batch) {
        var boxes = predicted.of(outputs.boxes().name());
        var truth = (Boxes) batch.annotations().orElseThrow();
        float height = spatial(batch.images(), 0);
        float width = spatial(batch.images(), 1);
        detectUnit(boxes.values());
        images += batch.size();
        for (int i = 0; i < batch.size(); i++) {
            int image = batch.indices()[i];
            for (var box : truth.boxes().get(i)) {
                objects.computeIfAbsent(box.label(), c -> new TreeMap<>())
                        .computeIfAbsent(image, of -> new ArrayList<>())
                        .add(box.scaled(1 / width, 1 / height));
            }
            addDetections(predicted, boxes, i, image, unit(height), unit(width));
        }
    }

    /** Height or width of the model input, whose 1 or 3 channels are first, last or absent. */
    private static float spatial(FloatTensor images, int axis) {
        var shape = images.shape();
        boolean first = shape.length == 4 && shape[1] <= 3 && shape[3] > 3;
        return shape[(first ? 2 : 1) + axis];
    }

    /** Relative edges hardly exceed 1; edges in pixels do. */
    private void detectUnit(float[] boxes) {
        for (float edge : boxes) {
            isInPixels |= edge > MAX_RELATIVE_EDGE;
        }
    }

    private double unit(float pixels) {
        return isInPixels ? pixels : 1;
    }

    private void addDetections(
            Outputs predicted,
            FloatTensor boxes,
            int position,
            int image,
            double height,
            double width) {
        int slots = Math.toIntExact(boxes.shape()[1]);
        float[] scores = predicted.of(outputs.scores().name()).values();
        float[] classes = predicted.of(outputs.classes().name()).values();
        int count =
                outputs.count() == null
                        ? slots
                        : Math.round(predicted.of(outputs.count().name()).values()[position]);
        for (int k = 0; k < Math.min(count, slots); k++) {
            int at = position * slots + k;
            if (scores[at] > 0) {
                detections
                        .computeIfAbsent(Math.round(classes[at]), c -> new ArrayList<>())
                        .add(Detection.at(boxes.values(), at, scores[at], image, height, width));
            }
        }
    }

    @Override
    public Optional<Accuracy> accuracy() {
        var results = imageResults();
        var counts = ImageResults.each(images);
        var perClass = new TreeMap<Integer, Double>();
        results.perClass().keySet().stream()
                .filter(label -> !Double.isNaN(results.ofClass(label, counts)))
                .forEach(label -> perClass.put(label, results.ofClass(label, counts)));
        return perClass.isEmpty()
                ? Optional.empty()
                : Optional.of(new Accuracy.Detection(results.headline(counts), perClass));
    }

    @Override
    public DetectedImages imageResults() {
        var counts = ImageResults.each(images);
        return IntStream.of(OFFSETS)
                .mapToObj(this::imageResults)
                .reduce((a, b) -> b.headline(counts) > a.headline(counts) ? b : a)
                .orElseThrow();
    }

    private DetectedImages imageResults(int offset) {
        var perClass = new TreeMap<Integer, AveragePrecision>();
        objects.forEach(
                (label, inImages) ->
                        perClass.put(
                                label,
                                new AveragePrecision(
                                        inImages,
                                        detections.getOrDefault(label + offset, List.of()))));
        return new DetectedImages(images, perClass);
    }
}
