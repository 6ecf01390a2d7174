package io.pitlane.evaluation;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.evaluation.RecordedPredictions.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often the formats of one model choose the same class, each compared with each. The classes of
 * every format are recorded in a file, and those of the next are compared with all files; memory
 * holds the classes of one image.
 *
 * <p>Closing deletes the files.
 */
public final class PairwiseAgreement implements AutoCloseable {
    private final Path folder;
    private final int images;
    private final Map<ModelFormat, RecordedPredictions> recorded = new EnumMap<>(ModelFormat.class);
    private final List<EngineAgreement> pairs = new ArrayList<>();

    /**
     * Without any format yet.
     *
     * @param folder folder of the files, each of which takes at most 2 GiB: more classes than that
     *     are compared for every k-th image
     * @param images number of images in the set
     */
    public PairwiseAgreement(Path folder, int images) {
        this.folder = folder;
        this.images = images;
    }

    /** Every pair so far, in the order of evaluation; none where the model chooses no classes. */
    public List<EngineAgreement> pairs() {
        return List.copyOf(pairs);
    }

    /** Starts the evaluation of one format. */
    public Pass start(ModelFormat format) {
        return new Pass(format);
    }

    @Override
    public void close() {
        recorded.values().forEach(RecordedPredictions::close);
    }

    /** The evaluation of one format. Closing it adds its pairs. */
    public final class Pass implements PredictionListener, AutoCloseable {
        private final ModelFormat format;
        private final RecordedPredictions own;
        private final Map<ModelFormat, Reader> others = new EnumMap<>(ModelFormat.class);
        private final Map<ModelFormat, FidelityMeter> meters = new EnumMap<>(ModelFormat.class);

        private Pass(ModelFormat format) {
            this.format = format;
            this.own = RecordedPredictions.in(folder, images);
            recorded.forEach(
                    (other, predictions) -> {
                        others.put(other, predictions.read());
                        meters.put(other, new FidelityMeter());
                    });
            recorded.put(format, own);
        }

        @Override
        public void onPrediction(int image, Prediction prediction) {
            var classes = new Prediction(new TreeMap<>(), prediction.classes());
            own.write(image, classes);
            others.forEach(
                    (other, reader) -> {
                        if (recorded.get(other).isRecorded(image)) {
                            meters.get(other).add(reader.next(), classes);
                        }
                    });
        }

        @Override
        public void close() {
            others.values().forEach(Reader::close);
            meters.forEach(
                    (other, meter) ->
                            meter.agreement()
                                    .share()
                                    .map(share -> new EngineAgreement(other, format, share))
                                    .ifPresent(pairs::add));
        }
    }
}
