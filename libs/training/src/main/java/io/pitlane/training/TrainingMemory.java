package io.pitlane.training;

import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.footprint.ActivationFootprint;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.training.loss.LossTerm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An upper estimate of the memory that a training step needs.
 *
 * @param input heap for one preprocessed image, in bytes
 * @param targets heap for what the loss terms compare one image with, in bytes
 * @param activations native memory for one image: activations, their gradients and the loss, in
 *     bytes
 * @param weights native memory for weights, gradients and optimizer, in bytes
 */
record TrainingMemory(long input, long targets, long activations, long weights) {
    /** The size of an output, for each loss term: targets, probabilities, gradient. */
    private static final int TENSORS_OF_A_LOSS = 3;

    /** Gradients of a layer in flight, and a convolution's reordered inputs. */
    private static final int TENSORS_OF_A_LAYER = 3;

    /** What the gradient of a fake quantization needs: the values raised, clipped and rounded. */
    private static final int TENSORS_OF_A_QUANTIZATION = 3;

    /** Constant, variable, gradient, its sum, two accumulators. */
    private static final int COPIES_OF_WEIGHTS = 6;

    /**
     * The memory for a model.
     *
     * @param port name of the input for the images
     * @param image shape of a batch of one image
     */
    static TrainingMemory of(FlatGraph model, String port, long[] image, List<LossTerm> terms) {
        var footprint = ActivationFootprint.of(model, Map.of(port, image));
        long values = Arrays.stream(image).skip(1).reduce(1, Math::multiplyExact);
        long input = values * Float.BYTES;
        long compared =
                terms.stream()
                        .flatMap(term -> term.student().stream())
                        .mapToLong(footprint::bytes)
                        .sum();
        long quantized =
                model.nodes().stream()
                        .filter(node -> FakeQuantization.of(model, node).isPresent())
                        .filter(node -> !FloatTensor.isFloatConst(model.input(node, 0)))
                        .mapToLong(node -> footprint.bytes(TensorRef.of(node.getName())))
                        .sum();
        long activations =
                input
                        + footprint.bytes()
                        + TENSORS_OF_A_QUANTIZATION * quantized
                        + TENSORS_OF_A_LAYER * footprint.largest()
                        + TENSORS_OF_A_LOSS * compared;
        long weights = (long) COPIES_OF_WEIGHTS * model.toGraphDef().getSerializedSize();
        return new TrainingMemory(input, compared, activations, weights);
    }

    /**
     * The size of the micro-batches of a batch: the batch itself where it fits into the budget with
     * the next one prefetched, else its largest part that does, all parts about equal; at least 1.
     */
    int microBatch(int batch, MemoryBudget budget) {
        long fitting = Math.min(onHeap(budget), inNativeMemory(budget));
        int most = (int) Math.max(1, Math.min(batch, fitting));
        int parts = (batch + most - 1) / most;
        return (batch + parts - 1) / parts;
    }

    private long onHeap(MemoryBudget budget) {
        return budget.batches() / (2 * input + targets);
    }

    private long inNativeMemory(MemoryBudget budget) {
        return (budget.nativeMemory() - weights) / activations;
    }

    /** Heap that micro-batches of this many images leave for their inputs, in bytes. */
    long forInputs(MemoryBudget budget, int images) {
        return budget.batches() - targets * images;
    }

    /** What people should know of the memory of a training; empty for whole batches that fit. */
    List<String> notes(int batch, int microBatch, MemoryBudget budget) {
        var notes = new ArrayList<String>();
        if (microBatch < batch) {
            notes.add(microBatchNote(batch, microBatch));
        }
        if (microBatch > Math.min(onHeap(budget), inNativeMemory(budget))) {
            notes.add(
                    "%d images at once need about %d MiB of heap and %d MiB outside it, more than the %d and %d MiB for them"
                            .formatted(
                                    microBatch,
                                    mebibytes(microBatch * (2 * input + targets)),
                                    mebibytes(weights + microBatch * activations),
                                    mebibytes(budget.batches()),
                                    mebibytes(budget.nativeMemory())));
        }
        return notes;
    }

    static String microBatchNote(int batch, int microBatch) {
        return "micro-batches of %d images: gradients are accumulated over batches of %d"
                .formatted(microBatch, batch);
    }

    private static long mebibytes(long bytes) {
        return (bytes >> 20) + 1;
    }
}
