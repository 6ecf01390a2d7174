package io.pitlane.training.checkpoint;

import com.google.protobuf.CodedOutputStream;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.quantization.CodeOptions;
import io.pitlane.training.weights.MaskSchedule;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The identity of a training: the SHA-256 of model, loss terms, options, seed, masked weights,
 * their schedule, codes and number of images. A checkpoint is resumed only by a training of the
 * same fingerprint.
 */
public final class Fingerprint {
    private Fingerprint() {}

    /** The fingerprint; 64 lower-case hex digits. */
    public static String of(
            FlatGraph model,
            List<LossTerm> losses,
            Training options,
            long seed,
            Map<String, FloatTensor> masks,
            MaskSchedule schedule,
            Optional<CodeOptions> codes,
            int images) {
        var digest = new Sha256();
        try (var out = digest.over(OutputStream.nullOutputStream())) {
            var proto = CodedOutputStream.newInstance(out);
            // Map entries have no defined order otherwise.
            proto.useDeterministicSerialization();
            model.toGraphDef().writeTo(proto);
            proto.flush();
            var settings =
                    losses.stream().map(LossTerm::describe).toList()
                            + "\n"
                            + options
                            + "\n"
                            + seed
                            + "\n"
                            + images
                            + "\n"
                            + new TreeSet<>(masks.keySet())
                            + "\n"
                            + schedule.describe()
                            + codes.map(each -> "\n" + each).orElse("");
            out.write(settings.getBytes(StandardCharsets.UTF_8));
            return digest.hex();
        } catch (IOException e) {
            throw new UncheckedIOException("a digest takes every byte", e);
        }
    }
}
