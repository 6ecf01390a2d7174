package io.pitlane.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledStagesTest {
    private static final Installation BUILT =
            new Installation(Path.of(System.getProperty("pitlane.root")));

    @TempDir Path folder;
    private Path model;

    @BeforeEach
    void given() {
        model = folder.resolve("model");
        SavedModelWriter.write(SampleGraphs.plain(), model);
    }

    @Test
    void everyTechniqueSaysWhatItCanDoWithAModel() {
        try (var stages = new InstalledStages(BUILT)) {
            var advice = stages.describe(model);

            assertThat(advice.keySet())
                    .containsExactly(
                            StageName.PRUNE, StageName.DISTILL, StageName.NAS, StageName.QUANTIZE);
            assertThat(advice.values()).allSatisfy(a -> assertThat(a.sentences()).isNotEmpty());
        }
    }

    @Test
    void aStepIsCheckedByItsTechnique() {
        var plan =
                PlanReader.read(
                        """
                        name: test
                        model: model
                        data: {train: {images: images}, test: {images: images}}
                        steps: [{prune: {}}, {distill: {student: {depth: 0.5}}}]
                        """);

        try (var stages = new InstalledStages(BUILT)) {
            assertThatThrownBy(() -> stages.checkSteps(plan, model, folder))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("steps[1].distill.student.depth");
        }
    }

    @Test
    void aServiceThatIsNotBuiltIsNamed() {
        try (var stages = new InstalledStages(new Installation(folder))) {
            assertThatThrownBy(() -> stages.describe(model))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("prune-service is not built");
        }
    }
}
