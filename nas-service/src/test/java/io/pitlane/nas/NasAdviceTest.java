package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NasAdviceTest {
    @TempDir Path folder;

    @Test
    void whatASearchWouldBuildIsNamed() throws IOException {
        assertThat(advice("keras2-residual"))
                .containsExactly("Networks are built for image in, 10 classes out, as dense_1.");
    }

    @Test
    void aDetectorIsNotSearchedFor() throws IOException {
        assertThat(advice("keras2-detector"))
                .first()
                .asString()
                .startsWith("No output holds class");
    }

    private List<String> advice(String model) throws IOException {
        return new NasStage().describe(RealModels.unpack(model, folder)).sentences();
    }
}
