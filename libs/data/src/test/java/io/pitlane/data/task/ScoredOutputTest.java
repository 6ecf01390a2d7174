package io.pitlane.data.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT64;
import static org.tensorflow.proto.DataType.DT_STRING;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class ScoredOutputTest {
    private static final GraphSignature CLASSIFIER =
            signature(
                    port("a_logits", DT_FLOAT, -1, 10),
                    port("classes", DT_INT64, -1),
                    port("embedding", DT_FLOAT, -1, 7, 7, 512),
                    port("names", DT_STRING, -1),
                    port("probabilities", DT_FLOAT, -1, 10));
    private static final GraphSignature SEGMENTER =
            signature(
                    port("classes", DT_INT64, -1, -1, -1),
                    port("edges", DT_FLOAT, -1, -1, -1),
                    port("pixels", DT_FLOAT, -1, -1, -1, 19));

    @Test
    void anOutputWithATellingNameIsPreferred() {
        assertThat(chosen(CLASSIFIER, Task.CLASSIFICATION)).isEqualTo("probabilities");
        assertThat(chosen(SEGMENTER, Task.SEGMENTATION)).isEqualTo("pixels");
        assertThat(chosen(CLASSIFIER, Task.REGRESSION)).isEqualTo("probabilities");
    }

    @Test
    void classIdsAreScoredWhereThereAreNoScores() {
        assertThat(chosen(signature(port("top", DT_INT64, -1)), Task.CLASSIFICATION))
                .isEqualTo("top");
        assertThat(chosen(signature(port("top", DT_INT64, -1, 8, 8, 1)), Task.SEGMENTATION))
                .isEqualTo("top");
    }

    @Test
    void thePlanMayNameAnother() {
        assertThat(ScoredOutput.of(CLASSIFIER, Task.CLASSIFICATION, "classes"))
                .map(GraphSignature.Port::name)
                .contains("classes");
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> ScoredOutput.of(CLASSIFIER, Task.CLASSIFICATION, "a_logit"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e ->
                                assertThat(e.action())
                                        .isEqualTo("Write 'a_logits', if that is meant."))
                .hasMessageContaining("no output 'a_logit'");
    }

    @Test
    void anOutputThatDoesNotFitTheTaskIsRefused() {
        assertThatThrownBy(() -> ScoredOutput.of(CLASSIFIER, Task.CLASSIFICATION, "embedding"))
                .hasMessageContaining(
                        "'embedding' is float [-1, 7, 7, 512], which cannot be scored as"
                                + " classification");
        assertThatThrownBy(() -> ScoredOutput.of(CLASSIFIER, Task.CLASSIFICATION, "names"))
                .hasMessageContaining("cannot be scored");
    }

    @Test
    void flattenedPixelsAreNotTakenForAClassMap() {
        var rows = signature(port("rows", DT_FLOAT, -1, 64, 9), port("map", DT_FLOAT, -1, 4, 4));

        assertThat(ScoredOutput.fitting(rows, Task.SEGMENTATION))
                .extracting(GraphSignature.Port::name)
                .containsExactly("map");
    }

    @Test
    void aModelWithNoOutputOfTheTaskIsNotScored() {
        assertThat(ScoredOutput.of(CLASSIFIER, Task.DETECTION, null)).isEmpty();
        assertThat(
                        ScoredOutput.of(
                                signature(port("embedding", DT_FLOAT, -1, 7, 7, 512)),
                                Task.CLASSIFICATION,
                                null))
                .isEmpty();
    }

    private static String chosen(GraphSignature signature, Task task) {
        return ScoredOutput.of(signature, task, null).orElseThrow().name();
    }

    private static GraphSignature signature(GraphSignature.Port... outputs) {
        return new GraphSignature(
                "serving_default", List.of(port("image", DT_FLOAT, -1, 8, 8, 3)), List.of(outputs));
    }

    private static GraphSignature.Port port(String name, DataType type, long... shape) {
        return new GraphSignature.Port(
                name, TensorRef.of(name), type, Arrays.stream(shape).boxed().toList());
    }
}
