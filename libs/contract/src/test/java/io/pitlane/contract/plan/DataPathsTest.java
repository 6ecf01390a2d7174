package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.validation.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataPathsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../secrets",
                "train/../../secrets",
                "train/..",
                "C:\\data",
                "C:data",
                "\\\\server\\share",
                "train\\..\\..\\secrets",
                "train\0.gz",
                " ",
                ""
            })
    void aPathThatLeadsOutOfTheArtifactIsRefused(String path) {
        // When
        var problems = problemsOf(new DataSource.Folder(path));

        // Then
        assertThat(problems.found())
                .extracting(Problems.Problem::path)
                .containsExactly("data.test.folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "test/images.gz", "a..b/c", "./test", "..hidden/x"})
    void aPathInsideTheArtifactIsAccepted(String path) {
        // When
        var problems = problemsOf(new DataSource.Folder(path));

        // Then
        assertThat(problems.found()).isEmpty();
    }

    @Test
    void everyWrongFieldIsNamed() {
        // Given
        var data =
                new DataSpec(
                        new DataSource.Idx("/images.gz", "../labels.gz"),
                        new DataSource.Cifar10("/test.bin"));

        // When
        var problems = new Problems();
        DataPaths.check(data, problems);

        // Then
        assertThat(problems.found())
                .extracting(Problems.Problem::path)
                .containsExactly("data.train.images", "data.train.labels", "data.test.cifar10");
    }

    @Test
    void everyPathOfASourceIsLookedAt() {
        // When
        var problems =
                problemsOf(new TfRecordSource(List.of("test/a", "/etc/b"), null, null, null));

        // Then
        assertThat(problems.found())
                .extracting(Problems.Problem::path)
                .containsExactly("data.test.tfrecord[1]");
    }

    @Test
    void imagesNeedNoLabels() {
        // When
        var problems = problemsOf(new DataSource.Idx("test/images.gz", null));

        // Then
        assertThat(problems.found()).isEmpty();
    }

    @Test
    void aModelNamedInAStepLiesInsideTheArtifactToo() {
        // Given
        var inside = distill("models/student", "models/teacher");
        var outside = distill("models/../../student", "/models/teacher");

        // When
        var problems = new Problems();
        DataPaths.check(List.of(inside, outside), problems);

        // Then
        assertThat(problems.found())
                .extracting(Problems.Problem::path)
                .containsExactly(
                        "steps[1].distill.student.model", "steps[1].distill.teacher.model");
    }

    private static Step distill(String student, String teacher) {
        return DistillStep.builder()
                .student(new DistillStep.Student(null, null, student, null))
                .teacher(new DistillStep.Teacher(null, teacher))
                .build();
    }

    private static Problems problemsOf(DataSource test) {
        var problems = new Problems();
        DataPaths.check(new DataSpec(new DataSource.Folder("train"), test), problems);
        return problems;
    }
}
