package io.pitlane.nas;

import io.pitlane.contract.ClassifierShape;
import io.pitlane.model.data.InputLayout;
import io.pitlane.model.graph.GraphSignature;

/**
 * What a network must look like from outside to stand in for the original.
 *
 * @param key the signature's name
 * @param input the original's input; the new one has its name, shape and preprocessing
 * @param layout the order of the input's dimensions
 * @param scores the original's output of class scores; the new one has its name, rank and ending
 * @param ending what comes after the dense layer
 * @param shape images and classes
 */
record Outline(
        String key,
        GraphSignature.Port input,
        InputLayout layout,
        GraphSignature.Port scores,
        Ending ending,
        ClassifierShape shape) {

    /** What comes after the dense layer. */
    enum Ending {
        SOFTMAX,
        /** For each score on its own. */
        SIGMOID,
        /** Nothing: the scores are logits. */
        LOGITS
    }
}
