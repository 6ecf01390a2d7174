package io.pitlane.nas;

import io.pitlane.contract.ClassifierShape;
import java.util.List;

/**
 * The layers that a genome stands for, each after its inputs: a stem, stages of blocks, the average
 * over all places and a dense layer. Says what the network costs without building it.
 *
 * @param input the name that the first layer's input carries
 * @param layers in the order of computation
 */
record Network(String input, List<Layer> layers) {
    Network {
        layers = List.copyOf(layers);
    }

    /** The network of a genome for images and classes of this shape. */
    static Network of(Genome genome, ClassifierShape shape) {
        return new NetworkLayers(shape).of(genome);
    }

    /** Multiply-accumulates for one image. */
    long macs() {
        return layers.stream().mapToLong(Layer::macs).sum();
    }

    /** Weights and biases, batch norm's statistics included. */
    long parameters() {
        return layers.stream().mapToLong(Layer::parameters).sum();
    }
}
