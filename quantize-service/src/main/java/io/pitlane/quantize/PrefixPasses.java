package io.pitlane.quantize;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.reconstruction.ActivationFile;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ImageModel;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import io.pitlane.graph.runtime.Outputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Passes of the images through a {@link SwitchableGraph} that begin where the quantizers first
 * differ. What is in front of it is computed once, with all quantizers off and with all on, and
 * kept in files; so passes cost half on average. Where the values of a batch do not fit into
 * memory, or those of all images into a quarter of the free disk, a pass begins earlier.
 */
final class PrefixPasses implements AutoCloseable {
    private static final int SHARE_OF_DISK = 4;

    private final SwitchableGraph switchable;
    private final GraphSession session;
    private final PrefixCuts cuts;
    private final Path folder;
    private final long memory;
    private final Path images;
    private final Prefix floats;
    private final Prefix quantized;
    private int batches;

    /**
     * Passes.
     *
     * @param session of the graph
     * @param folder for the files
     * @param budget for the values of a batch
     */
    PrefixPasses(SwitchableGraph switchable, GraphSession session, Path folder, MemoryBudget budget)
            throws IOException {
        this.switchable = switchable;
        this.session = session;
        this.cuts = new PrefixCuts(switchable, session.input().tensor());
        this.folder = folder;
        this.memory = budget.batches();
        this.images = Files.createTempFile(folder, "images", null);
        this.floats = new Prefix(switchable.on(Set.of()));
        this.quantized = new Prefix(switchable.on(switchable.quantizers()));
    }

    /** What evaluates a model on all images, and returns something about it. */
    interface Evaluation<T> {
        T of(ImageModel model);
    }

    /** Evaluates the float model; its images are those of every later pass. */
    <T> T floats(Evaluation<T> evaluation) throws IOException {
        batches = 0;
        try (var writer = ActivationFile.write(images)) {
            return evaluation.of(
                    new Model(
                            batch -> {
                                writer.add(batch);
                                batches++;
                                return List.of(floats.switches);
                            }));
        }
    }

    /** The error of a layer with some of its quantizers on, and all others off. */
    OutputError alone(
            SwitchableGraph.Layer layer, Set<String> quantizers, ModelComparison comparison) {
        return error(floats, layer, quantizers, comparison);
    }

    /** The error with all quantizers on but those of a layer. */
    OutputError without(
            SwitchableGraph.Layer layer, Set<String> others, ModelComparison comparison) {
        return error(quantized, layer, others, comparison);
    }

    private OutputError error(
            Prefix prefix,
            SwitchableGraph.Layer layer,
            Set<String> quantizers,
            ModelComparison comparison) {
        try {
            prefix.advance(cuts.of(layer));
            try (var pass = prefix.pass(switchable.on(quantizers))) {
                return comparison.of(new Model(pass::next));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep activations in " + folder, e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.delete(images);
        floats.delete();
        quantized.delete();
    }

    /** What is fed beside a batch of images. */
    private interface Feeds {
        List<InputValue> of(FloatTensor images);
    }

    /** The model, with more values fed. */
    private final class Model implements ImageModel {
        private final Feeds feeds;

        Model(Feeds feeds) {
            this.feeds = feeds;
        }

        @Override
        public GraphSignature signature() {
            return session.signature();
        }

        @Override
        public GraphSignature.Port input() {
            return session.input();
        }

        @Override
        public Outputs predict(FloatTensor batch) {
            return session.predict(batch, feeds.of(batch));
        }
    }

    /** The values in front of a cut, for one setting of the switches. */
    private final class Prefix {
        private final InputValue switches;
        private int cut;
        private List<TensorRef> known = List.of();
        private Path file;

        Prefix(InputValue switches) {
            this.switches = switches;
        }

        /** Moves the cut, if there is room for the values. */
        void advance(int next) throws IOException {
            if (next <= cut) {
                return;
            }
            var crossing = cuts.crossing(next).stream().filter(session::isFloat).toList();
            if (crossing.isEmpty()) {
                return;
            }
            var written = Files.createTempFile(folder, "activations", null);
            if (isWritten(written, crossing)) {
                delete();
                file = written;
                known = crossing;
                cut = next;
            } else {
                Files.delete(written);
            }
        }

        private boolean isWritten(Path target, List<TensorRef> crossing) throws IOException {
            long room =
                    Math.min(
                            memory,
                            Files.getFileStore(folder).getUsableSpace() / SHARE_OF_DISK / batches);
            try (var writer = ActivationFile.write(target);
                    var all = ActivationFile.read(images);
                    var pass = pass(switches)) {
                for (int batch = 0; batch < batches; batch++) {
                    var bytes = new long[1];
                    var current = all.next();
                    session.run(
                            current,
                            pass.next(current),
                            crossing,
                            (tensor, values) -> {
                                bytes[0] += (long) Float.BYTES * values.values().length;
                                writer.add(values);
                            });
                    if (bytes[0] > room) {
                        return false;
                    }
                }
            }
            return true;
        }

        Pass pass(InputValue setting) throws IOException {
            return new Pass(known, setting, file == null ? null : ActivationFile.read(file));
        }

        void delete() throws IOException {
            if (file != null) {
                Files.delete(file);
            }
        }
    }

    /**
     * One pass.
     *
     * @param known tensors of which the reader has the values for each batch
     * @param setting of the switches
     * @param reader null where there are none
     */
    private record Pass(List<TensorRef> known, InputValue setting, ActivationFile.Reader reader)
            implements AutoCloseable {

        List<InputValue> next(FloatTensor images) {
            var feeds = new ArrayList<InputValue>();
            feeds.add(setting);
            try {
                for (var tensor : known) {
                    feeds.add(InputValue.of(tensor, reader.next()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return feeds;
        }

        @Override
        public void close() throws IOException {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
