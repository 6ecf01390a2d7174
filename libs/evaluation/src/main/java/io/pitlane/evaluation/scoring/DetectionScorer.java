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
 * Average precision of every class at an intersection over union of 0.5, from all points of the
 * precision-recall curve (Everingham et al., The PASCAL VOC Challenge: A Retrospective, 2015). A
 * detection is right when the object of its class that it overlaps most in its image does so by
 * half and was not found before by one with a higher score; one on a difficult object counts
 * neither way.
 *
 * <p>A model may count its classes from 1, with 0 for the background; the data counts from 0. The
 * offset that gives the higher figure is taken. Edges may be shares of the image, or pixels of the
 * model's input, which the first batch with an edge beyond 2 gives away.
 */
final class DetectionScorer implements Scorer {
    private static final int[] OFFSETS = {0, 1};

    private static final float LARGEST_SHARE = 2;

    private final DetectionOutputs outputs;
    private boolean inPixels;
    private final Map<Integer, List<Detection>> detections = new TreeMap<>();
    private final Map<Integer, Map<Integer, List<Box>>> objects = new TreeMap<>();

    DetectionScorer(DetectionOutputs outputs) {
        this.outputs = outputs;
    }

    @Override
    public void add(Outputs answers, Batch batch) {
        var boxes = answers.of(outputs.boxes().name());
        var truth = (Boxes) batch.annotations().orElseThrow();
        float height = spatial(batch.images(), 0);
        float width = spatial(batch.images(), 1);
        noticeUnit(boxes.values());
        for (int i = 0; i < batch.size(); i++) {
            int image = batch.indices()[i];
            for (var box : truth.boxes().get(i)) {
                objects.computeIfAbsent(box.label(), c -> new TreeMap<>())
                        .computeIfAbsent(image, of -> new ArrayList<>())
                        .add(box.scaled(1 / width, 1 / height));
            }
            addDetections(answers, boxes, i, image, unit(height), unit(width));
        }
    }

    /** Height or width of the model's input: channels, 1 or 3, stand first or last or nowhere. */
    private static float spatial(FloatTensor images, int which) {
        var shape = images.shape();
        boolean first = shape.length == 4 && shape[1] <= 3 && shape[3] > 3;
        return shape[(first ? 2 : 1) + which];
    }

    /** Shares of an image hardly go beyond 1, pixels soon do. */
    private void noticeUnit(float[] boxes) {
        for (float edge : boxes) {
            inPixels |= edge > LARGEST_SHARE;
        }
    }

    private double unit(float pixels) {
        return inPixels ? pixels : 1;
    }

    private void addDetections(
            Outputs answers,
            FloatTensor boxes,
            int position,
            int image,
            double height,
            double width) {
        int slots = Math.toIntExact(boxes.shape()[1]);
        float[] scores = answers.of(outputs.scores().name()).values();
        float[] classes = answers.of(outputs.classes().name()).values();
        int count =
                outputs.count() == null
                        ? slots
                        : Math.round(answers.of(outputs.count().name()).values()[position]);
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
        return IntStream.of(OFFSETS)
                .mapToObj(this::accuracy)
                .flatMap(Optional::stream)
                .reduce((a, b) -> b.meanAveragePrecision() > a.meanAveragePrecision() ? b : a)
                .map(accuracy -> accuracy);
    }

    private Optional<Accuracy.Detection> accuracy(int offset) {
        var perClass = new TreeMap<Integer, Double>();
        objects.forEach(
                (label, inImages) ->
                        new AveragePrecision(inImages)
                                .of(detections.getOrDefault(label + offset, List.of()))
                                .ifPresent(precision -> perClass.put(label, precision)));
        return perClass.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Accuracy.Detection(
                                perClass.values().stream()
                                        .mapToDouble(precision -> precision)
                                        .average()
                                        .orElseThrow(),
                                perClass));
    }
}
