package io.pitlane.analysis.reconstruction;

import io.pitlane.analysis.LayerPatches;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;

/** Samples what a layer of the cut model reads, solves for its weights, and puts them into it. */
final class LayerSampling {
    private final CutLayer layer;
    private final FloatTensor kernel;
    private final FormerOutputs former;
    private final ImageWeights weights;
    private final MatrixSession session;
    private final boolean hasIntercept;
    private KernelMatrix layout;
    private LayerPatches patches;
    private LeastSquares equations;
    private int images;

    LayerSampling(
            CutLayer layer,
            FlatGraph graph,
            FormerOutputs former,
            ImageWeights weights,
            MatrixSession session,
            boolean hasIntercept) {
        this.layer = layer;
        this.kernel = FloatTensor.of(graph.node(layer.kernel()));
        this.former = former;
        this.weights = weights;
        this.session = session;
        this.hasIntercept = hasIntercept;
    }

    /** Adds the layer's input for a batch. */
    void add(FloatTensor input) {
        if (equations == null) {
            int channels = (int) input.shape()[input.rank() - 1];
            layout = new KernelMatrix(layer.node(), kernel.shape(), channels);
            patches = new LayerPatches(layer.node(), kernel.shape(), channels);
            equations = new LeastSquares(session, layout, hasIntercept);
        }
        var product = former.product();
        int positions = former.positions();
        for (int image = 0; image < input.shape()[0]; image++) {
            var chosen = former.positions(images);
            for (int i = 0; i < chosen.length; i++) {
                var patch = patches.at(input, product, image * positions + chosen[i]);
                int at = i * layer.kept().length;
                equations.add(images, patch, former.of(images), at, weights.of(images));
            }
            images++;
        }
    }

    LeastSquares.Solution solve(double ridge) {
        return equations.solve(layout.of(kernel), ridge);
    }

    /**
     * The graph with the solution.
     *
     * @param batchNorm whether the statistics of a batch norm directly behind the layer follow
     */
    FlatGraph applied(FlatGraph graph, LeastSquares.Solution solution, boolean batchNorm) {
        var editor = graph.edit();
        editor.put(layout.kernel(solution.weights()).toConst(layer.kernel()));
        layer.bias()
                .ifPresent(
                        name -> {
                            var bias = FloatTensor.of(graph.node(name));
                            editor.put(sum(bias, solution.intercept()).toConst(name));
                        });
        var restored = editor.build();
        return batchNorm && layer.batchNorm().isPresent()
                ? withStatistics(restored, solution)
                : restored;
    }

    /** A batch norm reads the outputs less the intercept, where no bias adds it. */
    private FlatGraph withStatistics(FlatGraph graph, LeastSquares.Solution solution) {
        var norm = layer.batchNorm().orElseThrow();
        var means = solution.means().clone();
        if (layer.bias().isPresent()) {
            var bias = FloatTensor.of(graph.node(layer.bias().get())).values();
            for (int i = 0; i < means.length; i++) {
                means[i] += bias[i];
            }
        }
        return BatchNormStatistics.with(graph, norm, means, solution.variances());
    }

    private static FloatTensor sum(FloatTensor bias, double[] intercept) {
        var values = bias.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] + intercept[i]);
        }
        return new FloatTensor(values, bias.shape());
    }
}
