package io.pitlane.evaluation.preflight;

import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.Plan;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
    private static final InputSpec AS_IT_IS = InputSpec.DEFAULT;
    private static final InputSpec RESIZED = InputSpec.builder().resize(List.of(16, 16)).build();

    @TempDir Path folder;
    private Path model;

    @BeforeEach
    void given() throws IOException {
        model = folder.resolve("model");
        SavedModelWriter.write(SampleGraphs.plain(), model);
        images("right", 16, 5);
        images("large", 20, 5);
        images("none", 16, 0);
        labels("ten", 0, 1, 2, 3, 9);
        labels("many", 0, 1, 2, 3, 42);
        labels("few", 0, 1);
        labels("nothing");
    }

    @Test
    void aPlanThatFitsPasses() {
        assertThatCode(() -> check(plan("right", "ten", AS_IT_IS, Constraints.NONE)))
                .doesNotThrowAnyException();
        assertThatCode(() -> check(plan("large", "ten", RESIZED, Constraints.NONE)))
                .doesNotThrowAnyException();
    }

    @Test
    void aModelThatIsNotThereIsRefused() {
        model = folder.resolve("nowhere");

        assertRefused(plan("right", "ten", AS_IT_IS, Constraints.NONE), "nowhere", "not exist");
    }

    @Test
    void aFolderThatIsNoSavedModelIsRefused() {
        model = folder;

        assertRefused(plan("right", "ten", AS_IT_IS, Constraints.NONE), "not a SavedModel");
    }

    @Test
    void aModelThatReadsFilesIsRefused() throws IOException {
        model = RealModels.unpack("tf1-read-file", folder);

        assertRefused(plan("right", "ten", AS_IT_IS, Constraints.NONE), "ReadFile");
    }

    @Test
    void imagesOfAnotherSizeWithoutResizeAreRefused() {
        assertRefused(plan("large", "ten", AS_IT_IS, Constraints.NONE), "20x20", "16x16");
    }

    @Test
    void anEmptyTrainingSetIsRefused() {
        assertRefused(plan("none", "nothing", AS_IT_IS, Constraints.NONE), "none");
    }

    @Test
    void labelsBeyondTheModelsClassesAreRefused() {
        assertRefused(plan("right", "many", AS_IT_IS, Constraints.NONE), "42", "10 classes");
    }

    @Test
    void anotherNumberOfLabelsThanImagesIsRefused() {
        assertRefused(plan("right", "few", AS_IT_IS, Constraints.NONE), "few", "2", "5");
    }

    @Test
    void aConstraintOnAClassThatTheModelLacksIsRefused() {
        var constraints =
                Constraints.builder()
                        .classes(Map.of(14, Constraints.ClassConstraint.recall(0.0)))
                        .build();

        assertRefused(plan("right", "ten", AS_IT_IS, constraints), "class 14", "10 classes");
    }

    @Test
    void testImagesWithoutLabelsAreRefusedOnlyWhereConstraintsNeedThem() {
        var constraints = Constraints.builder().maxAccuracyDrop(0.01).build();

        assertThatCode(() -> check(plan("right", null, AS_IT_IS, Constraints.NONE)))
                .doesNotThrowAnyException();
        assertRefused(plan("right", null, AS_IT_IS, constraints), "test", "no labels");
    }

    @Test
    void classFoldersThatDifferBetweenTrainingAndTestAreRefused() throws IOException {
        for (var file : List.of("a/go/1", "a/stop/1", "a/yield/1", "b/stop/1", "b/yield/1")) {
            png(file + ".png");
        }
        var data = new DataSpec(new DataSource.Folder("a"), new DataSource.Folder("b"));
        var same = new DataSpec(new DataSource.Folder("a"), new DataSource.Folder("a"));
        var plan = plan("right", "ten", AS_IT_IS, Constraints.NONE);

        assertRefused(plan.withData(data), "[go, stop, yield]", "[stop, yield]");
        assertThatCode(() -> check(plan.withData(same))).doesNotThrowAnyException();
    }

    @Test
    void anImageThatIsDamagedIsFoundBeforeTheRun() throws IOException {
        png("a/go/1.png");
        Files.write(folder.resolve("a/go/2.png"), new byte[] {1, 2, 3});
        var data = new DataSpec(new DataSource.Folder("a"), new DataSource.Folder("a"));

        assertRefused(
                plan("right", "ten", RESIZED, Constraints.NONE).withData(data),
                "2.png",
                "cannot be read");
    }

    @Test
    void anInputThatTheModelLacksIsRefusedWithThoseItHas() throws IOException {
        model = RealModels.unpack("keras2-two-inputs", folder);
        var misspelt = InputSpec.builder().name("image").build();

        assertRefused(plan("right", "ten", misspelt, Constraints.NONE), "'image'", "aux, img");
    }

    private void check(Plan plan) {
        Preflight.check(plan, model, folder);
    }

    private static Plan plan(
            String images, String labels, InputSpec input, Constraints constraints) {
        var source = new DataSource.Idx(images, labels);
        return Plan.builder()
                .name("test")
                .model("model")
                .data(new DataSpec(source, source))
                .input(input)
                .steps(List.of())
                .constraints(constraints)
                .build();
    }

    private void assertRefused(Plan plan, String... words) {
        assertThatThrownBy(() -> check(plan))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(refusal.getMessage()).contains(words);
                            assertThat(refusal.action()).isNotBlank();
                        });
    }

    private void png(String name) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(new BufferedImage(16, 16, TYPE_INT_RGB), "png", file.toFile());
    }

    private void images(String name, int size, int count) throws IOException {
        var file = ByteBuffer.allocate(20 + count * size * size * 3);
        file.putInt(0x0804).putInt(count).putInt(size).putInt(size).putInt(3);
        Files.write(folder.resolve(name), file.array());
    }

    private void labels(String name, int... labels) throws IOException {
        var file = ByteBuffer.allocate(8 + labels.length);
        file.putInt(0x0801).putInt(labels.length);
        for (int label : labels) {
            file.put((byte) label);
        }
        Files.write(folder.resolve(name), file.array());
    }
}
