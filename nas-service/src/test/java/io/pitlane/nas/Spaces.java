package io.pitlane.nas;

import io.pitlane.contract.SearchSpace;
import io.pitlane.contract.SearchSpace.Activation;
import io.pitlane.contract.SearchSpace.Block;
import io.pitlane.contract.SearchSpace.Stage;
import io.pitlane.contract.SearchSpace.Stem;
import java.util.List;

/** Search spaces for tests. */
final class Spaces {
    private Spaces() {}

    /** Two stages, the second of every kind of block: 2 x 12 x 60 architectures. */
    static Space small() {
        var first =
                new Stage(
                        List.of(Block.CONV, Block.RESIDUAL),
                        List.of(4, 8, 12),
                        List.of(1, 2),
                        List.of(3),
                        List.of(1),
                        null,
                        null);
        var second =
                new Stage(
                        null,
                        List.of(8, 16, 24),
                        List.of(1),
                        List.of(3, 5),
                        List.of(2),
                        List.of(2, 4),
                        List.of(Activation.RELU, Activation.RELU6));
        var stem = new Stem(List.of(4, 8), null, null, null);
        return new Space(new SearchSpace(1, stem, List.of(first, second)));
    }

    /** Three architectures. */
    static Space tiny() {
        return oneStage(4, 8, 12);
    }

    /** One convolution behind the stem, of one of these widths. */
    static Space oneStage(Integer... widths) {
        var stage =
                new Stage(
                        List.of(Block.CONV),
                        List.of(widths),
                        List.of(1),
                        List.of(3),
                        List.of(2),
                        null,
                        null);
        return new Space(
                new SearchSpace(1, new Stem(List.of(4), null, null, null), List.of(stage)));
    }
}
