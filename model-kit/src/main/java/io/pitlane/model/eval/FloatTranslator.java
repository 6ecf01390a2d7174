package io.pitlane.model.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.pitlane.model.graph.FloatTensor;

/** Hands batches to DJL as they are, and takes one output back; the arrays end with the call. */
final class FloatTranslator implements NoBatchifyTranslator<FloatTensor, FloatTensor> {
    private final String output;

    /** Takes the output of this name in the signature. */
    FloatTranslator(String output) {
        this.output = output;
    }

    @Override
    public NDList processInput(TranslatorContext context, FloatTensor input) {
        return new NDList(context.getNDManager().create(input.values(), new Shape(input.shape())));
    }

    @Override
    public FloatTensor processOutput(TranslatorContext context, NDList outputs) {
        for (var array : outputs) {
            if (output.equals(array.getName())) {
                return toJava(array);
            }
        }
        throw new IllegalStateException("the model gave no output named " + output);
    }

    private static FloatTensor toJava(NDArray array) {
        return new FloatTensor(array.toFloatArray(), array.getShape().getShape());
    }
}
