package io.pitlane.nas;

import io.pitlane.contract.search.ClassifierShape;
import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.nas.Genome.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of an architecture, each after its inputs: a stem, stages of blocks, global average
 * pooling and a dense layer. Its cost is known without building the graph.
 *
 * <p>The blocks follow the papers: residual as He et al. 2016 (two convolutions, a projection where
 * the shape changes), separable as Howard et al. 2017, inverted as Sandler et al. 2018 (no
 * activation at its end).
 *
 * @param input the name by which the first layer refers to the image
 * @param layers in the order of computation
 */
record Network(String input, List<Layer> layers) {
    Network {
        layers = List.copyOf(layers);
    }

    /** The network of a genome for images and classes of this shape. */
    static Network of(Genome genome, ClassifierShape shape) {
        return new Builder(shape).build(genome);
    }

    /** Multiply-accumulates for one image. */
    long macs() {
        return layers.stream().mapToLong(Layer::macs).sum();
    }

    /** Weights and biases, including the statistics of batch norm. */
    long parameters() {
        return layers.stream().mapToLong(Layer::parameters).sum();
    }

    /** Appends layer after layer; {@code last} and {@code shape} describe the latest output. */
    private static final class Builder {
        private static final String INPUT = "input";

        private final int classes;
        private final List<Layer> layers = new ArrayList<>();
        private String last = INPUT;
        private Layer.Shape shape;

        Builder(ClassifierShape image) {
            this.classes = image.classes();
            this.shape = new Layer.Shape(image.height(), image.width(), image.channels());
        }

        Network build(Genome genome) {
            var stem = genome.stem();
            convolution("stem", stem.width(), stem.kernel(), stem.stride());
            activation("stem/activation", stem.activation());
            for (int i = 0; i < genome.stages().size(); i++) {
                stage("stage" + (i + 1), genome.stages().get(i));
            }
            var scores = new Layer.Shape(1, 1, classes);
            layers.add(new Layer.ClassifierHead("scores", last, shape.channels(), scores));
            return new Network(INPUT, layers);
        }

        private void stage(String name, Stage stage) {
            for (int i = 0; i < stage.depth(); i++) {
                var block = name + "/block" + (i + 1);
                int stride = i == 0 ? stage.stride() : 1;
                switch (stage.block()) {
                    case CONV -> conv(block, stage, stride);
                    case RESIDUAL -> residual(block, stage, stride);
                    case SEPARABLE -> separable(block, stage, stride);
                    case INVERTED -> inverted(block, stage, stride);
                }
            }
        }

        private void conv(String block, Stage stage, int stride) {
            convolution(block + "/conv", stage.width(), stage.kernel(), stride);
            activation(block + "/activation", stage.activation());
        }

        private void residual(String block, Stage stage, int stride) {
            var input = last;
            var inputShape = shape;
            convolution(block + "/conv1", stage.width(), stage.kernel(), stride);
            activation(block + "/activation1", stage.activation());
            convolution(block + "/conv2", stage.width(), stage.kernel(), 1);
            var branch = last;
            var shortcut = input;
            if (!shape.equals(inputShape) || stride != 1) {
                last = input;
                shape = inputShape;
                convolution(block + "/projection", stage.width(), 1, stride);
                shortcut = last;
            }
            sum(block + "/sum", branch, shortcut);
            activation(block + "/activation2", stage.activation());
        }

        private void separable(String block, Stage stage, int stride) {
            depthwise(block + "/depthwise", stage.kernel(), stride);
            activation(block + "/activation1", stage.activation());
            convolution(block + "/pointwise", stage.width(), 1, 1);
            activation(block + "/activation2", stage.activation());
        }

        private void inverted(String block, Stage stage, int stride) {
            var input = last;
            var inputShape = shape;
            if (stage.expansion() > 1) {
                convolution(block + "/expand", shape.channels() * stage.expansion(), 1, 1);
                activation(block + "/activation1", stage.activation());
            }
            depthwise(block + "/depthwise", stage.kernel(), stride);
            activation(block + "/activation2", stage.activation());
            convolution(block + "/project", stage.width(), 1, 1);
            if (stride == 1 && shape.equals(inputShape)) {
                sum(block + "/sum", last, input);
            }
        }

        private void convolution(String name, int channels, int kernel, int stride) {
            int inChannels = shape.channels();
            shape = shape.strided(stride, channels);
            add(new Layer.Convolution(name, last, inChannels, kernel, stride, shape));
        }

        private void depthwise(String name, int kernel, int stride) {
            shape = shape.strided(stride, shape.channels());
            add(new Layer.Depthwise(name, last, kernel, stride, shape));
        }

        private void activation(String name, Activation activation) {
            add(new Layer.ActivationLayer(name, last, activation, shape));
        }

        private void sum(String name, String branch, String shortcut) {
            add(new Layer.Sum(name, branch, shortcut, shape));
        }

        private void add(Layer layer) {
            layers.add(layer);
            last = layer.name();
        }
    }
}
