package io.pitlane.nas;

import io.pitlane.contract.ClassifierShape;
import io.pitlane.contract.SearchSpace.Activation;
import io.pitlane.nas.Genome.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes out a genome, layer by layer. Blocks are those of the papers: residual as He et al. 2016
 * (two convolutions, projection where the shape changes), separable as Howard et al. 2017, inverted
 * as Sandler et al. 2018 (no activation at its end).
 */
final class NetworkLayers {
    private static final String INPUT = "input";

    private final ClassifierShape shape;
    private final List<Layer> layers = new ArrayList<>();
    private String last = INPUT;
    private Volume volume;

    NetworkLayers(ClassifierShape shape) {
        this.shape = shape;
        this.volume = new Volume(shape.height(), shape.width(), shape.channels());
    }

    Network of(Genome genome) {
        var stem = genome.stem();
        convolution("stem", stem.width(), stem.kernel(), stem.stride());
        activation("stem/activation", stem.activation());
        for (int i = 0; i < genome.stages().size(); i++) {
            stage("stage" + (i + 1), genome.stages().get(i));
        }
        var scores = new Volume(1, 1, shape.classes());
        layers.add(new Layer.Scores("scores", last, volume.channels(), scores));
        return new Network(INPUT, layers);
    }

    private void stage(String name, Stage stage) {
        for (int i = 0; i < stage.depth(); i++) {
            var at = name + "/block" + (i + 1);
            int stride = i == 0 ? stage.stride() : 1;
            switch (stage.block()) {
                case CONV -> conv(at, stage, stride);
                case RESIDUAL -> residual(at, stage, stride);
                case SEPARABLE -> separable(at, stage, stride);
                case INVERTED -> inverted(at, stage, stride);
            }
        }
    }

    private void conv(String at, Stage stage, int stride) {
        convolution(at + "/conv", stage.width(), stage.kernel(), stride);
        activation(at + "/activation", stage.activation());
    }

    private void residual(String at, Stage stage, int stride) {
        var came = last;
        var cameAs = volume;
        convolution(at + "/conv1", stage.width(), stage.kernel(), stride);
        activation(at + "/activation1", stage.activation());
        convolution(at + "/conv2", stage.width(), stage.kernel(), 1);
        var branch = last;
        var shortcut = came;
        if (!volume.equals(cameAs) || stride != 1) {
            last = came;
            volume = cameAs;
            convolution(at + "/projection", stage.width(), 1, stride);
            shortcut = last;
        }
        sum(at + "/sum", branch, shortcut);
        activation(at + "/activation2", stage.activation());
    }

    private void separable(String at, Stage stage, int stride) {
        depthwise(at + "/depthwise", stage.kernel(), stride);
        activation(at + "/activation1", stage.activation());
        convolution(at + "/pointwise", stage.width(), 1, 1);
        activation(at + "/activation2", stage.activation());
    }

    private void inverted(String at, Stage stage, int stride) {
        var came = last;
        var cameAs = volume;
        if (stage.expansion() > 1) {
            convolution(at + "/expand", volume.channels() * stage.expansion(), 1, 1);
            activation(at + "/activation1", stage.activation());
        }
        depthwise(at + "/depthwise", stage.kernel(), stride);
        activation(at + "/activation2", stage.activation());
        convolution(at + "/project", stage.width(), 1, 1);
        if (stride == 1 && volume.equals(cameAs)) {
            sum(at + "/sum", last, came);
        }
    }

    private void convolution(String name, int channels, int kernel, int stride) {
        int from = volume.channels();
        volume = volume.strided(stride, channels);
        add(new Layer.Convolution(name, last, from, kernel, stride, volume));
    }

    private void depthwise(String name, int kernel, int stride) {
        volume = volume.strided(stride, volume.channels());
        add(new Layer.Depthwise(name, last, kernel, stride, volume));
    }

    private void activation(String name, Activation activation) {
        add(new Layer.Activated(name, last, activation, volume));
    }

    private void sum(String name, String branch, String shortcut) {
        add(new Layer.Sum(name, branch, shortcut, volume));
    }

    private void add(Layer layer) {
        layers.add(layer);
        last = layer.name();
    }
}
