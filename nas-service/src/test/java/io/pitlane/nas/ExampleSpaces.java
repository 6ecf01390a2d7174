package io.pitlane.nas;

import io.pitlane.contract.step.SearchSpace;
import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.contract.step.SearchSpace.Block;
import io.pitlane.contract.step.SearchSpace.Stage;
import io.pitlane.contract.step.SearchSpace.Stem;
import java.util.List;

/** Small search spaces. */
final class ExampleSpaces {
    private ExampleSpaces() {}

    /** Two stages, the second with every kind of block: 2 x 12 x 60 architectures. */
    static ArchitectureSpace small() {
        var first =
                Stage.builder()
                        .block(List.of(Block.CONV, Block.RESIDUAL))
                        .width(List.of(4, 8, 12))
                        .depth(List.of(1, 2))
                        .kernel(List.of(3))
                        .stride(List.of(1))
                        .build();
        var second =
                Stage.builder()
                        .width(List.of(8, 16, 24))
                        .depth(List.of(1))
                        .kernel(List.of(3, 5))
                        .stride(List.of(2))
                        .expansion(List.of(2, 4))
                        .activation(List.of(Activation.RELU, Activation.RELU6))
                        .build();
        var stem = new Stem(List.of(4, 8), null, null, null);
        return new ArchitectureSpace(new SearchSpace(1, stem, List.of(first, second)));
    }

    /** Three architectures. */
    static ArchitectureSpace tiny() {
        return oneStage(4, 8, 12);
    }

    /** One convolution after the stem, with one of these widths. */
    static ArchitectureSpace oneStage(Integer... widths) {
        var stage =
                Stage.builder()
                        .block(List.of(Block.CONV))
                        .width(List.of(widths))
                        .depth(List.of(1))
                        .kernel(List.of(3))
                        .stride(List.of(2))
                        .build();
        return new ArchitectureSpace(
                new SearchSpace(1, new Stem(List.of(4), null, null, null), List.of(stage)));
    }
}
