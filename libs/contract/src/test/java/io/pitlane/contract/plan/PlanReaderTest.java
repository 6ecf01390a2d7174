package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Resize;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.training.DistillationLoss;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanReaderTest {
    private static final String PLAN =
            """
            name: traffic-signs-int8
            model: path/to/saved_model
            task: classification
            data:
              train: {images: train-images.gz, labels: train-labels.gz}
              test:  {folder: test}
            input: {resize: [30, 30], interpolation: bilinear, channels: rgb, scale: 1.0, mean: [0, 0, 0], std: [1, 1, 1]}
            steps:
              - prune:    {method: channels, criterion: l1, ratio: 0.5, fineTune: {epochs: 3, learningRate: 0.001}}
              - quantize: {scheme: int8, calibration: {method: percentile, samples: 512}}
              - bench:    {batchSizes: [1, 32], threads: 1}
            constraints: {maxAccuracyDrop: 0.01, classes: {14: {maxRecallDrop: 0.0}}}
            seed: 17
            """;

    @Test
    void aPlanIsReadAsItIsWritten() {
        var plan = PlanReader.read(PLAN);

        assertThat(plan.name()).isEqualTo("traffic-signs-int8");
        assertThat(plan.data().train())
                .isEqualTo(new DataSource.Idx("train-images.gz", "train-labels.gz"));
        assertThat(plan.data().test()).isEqualTo(new DataSource.Folder("test"));
        assertThat(plan.input().resize()).isEqualTo(new Resize.Stretch(List.of(30, 30)));
        assertThat(plan.steps())
                .extracting(Step::stage)
                .containsExactly(StageName.PRUNE, StageName.QUANTIZE, StageName.BENCH);
        assertThat(((PruneStep) plan.steps().get(0)).fineTune().epochs()).isEqualTo(3);
        assertThat(plan.constraints().classes().get(14).maxRecallDrop()).isZero();
    }

    @Test
    void aPlanWithoutBenchGetsOneAtTheEnd() {
        var plan = PlanReader.read(PLAN.replaceFirst("(?m)^  - bench:.*\n", ""));

        assertThat(plan.steps()).last().isEqualTo(BenchStep.DEFAULT);
    }

    @Test
    void theFormatsToDeliverAreReadByTheirNames() throws Exception {
        assertThat(PlanReader.read(PLAN).deliver()).isNull();

        var plan = PlanReader.read(PLAN + "deliver: [onnx, packed, tensorflow]\n");

        assertThat(plan.deliver())
                .containsExactly(
                        DeliveryFormat.ONNX, DeliveryFormat.PACKED, DeliveryFormat.TENSORFLOW);
        var json = ContractJson.MAPPER.writeValueAsString(plan);
        assertThat(ContractJson.MAPPER.readValue(json, Plan.class)).isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    []             | deliver: is empty; name formats
                    [onxx]         | deliver[0]: unknown value 'onxx'; did you mean 'onnx'?
                    [onnx, tf-lite] | did you mean 'tflite'?
                    [pack]         | did you mean 'packed'?
                    [onnx, onnx]   | deliver[1]: names 'onnx' a second time
                    [tflite, null] | deliver[1]: is empty; name a format
                    onnx           | deliver: expected a list, but found 'onnx'
                    """)
    void formatsThatCannotBeDeliveredAreRefused(String deliver, String message) {
        assertThatThrownBy(() -> PlanReader.read(PLAN + "deliver: " + deliver + "\n"))
                .hasMessageContaining(message);
    }

    @Test
    void aPlanSurvivesTheWayThroughJson() throws Exception {
        var plan = PlanReader.read(PLAN);

        var json = ContractJson.MAPPER.writeValueAsString(plan);

        assertThat(ContractJson.MAPPER.readValue(json, Plan.class)).isEqualTo(plan);
        assertThat(PlanReader.read(json)).isEqualTo(plan);
    }

    @Test
    void arraysMayHaveAnyNumberOfChannels() {
        var plan =
                """
                name: lidar
                model: m
                data: {train: {npz: train.npz}, test: {npz: test.npz}}
                input: {mean: [1, 2, 3, 4, 5]}
                """;

        assertThat(PlanReader.read(plan).input().mean()).hasSize(5);
        assertThatThrownBy(() -> PlanReader.read(plan.replace("[1, 2, 3, 4, 5]", "[]")))
                .hasMessageContaining("input.mean: must hold");
    }

    @Test
    void theModelOfAStepIsAPathToo() {
        var distill = "  - distill: {teacher: {model: 'hdfs://node/teacher'}}\n  - bench:";

        assertThatThrownBy(() -> PlanReader.read(PLAN.replace("  - bench:", distill)))
                .hasMessageContaining(
                        "steps[2].distill.teacher.model: must be a path, but 'hdfs://node/teacher' is a URL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[30, 40]",
                "{shorterSide: 256, crop: [30, 40]}",
                "{letterbox: [30, 40]}",
                "{letterbox: [30, 40], pad: 114}"
            })
    void everyResizeSurvivesTheWayThroughJson(String resize) throws Exception {
        var plan = PlanReader.read(PLAN.replace("[30, 30]", resize));

        var json = ContractJson.MAPPER.writeValueAsString(plan);

        assertThat(ContractJson.MAPPER.readValue(json, Plan.class)).isEqualTo(plan);
        assertThat(PlanReader.read(json)).isEqualTo(plan);
        assertThat(plan.input().resize().height()).isEqualTo(30);
        assertThat(plan.input().resize().width()).isEqualTo(40);
    }

    @Test
    void limitsOnSpeedAndSizeAreReadAndSurviveTheWayThroughJson() throws Exception {
        // Given
        var cost =
                "minSpeedup: [{ratio: 1}, {batch: 32, ratio: 2.5}],"
                        + " maxLatencyMillis: [{batch: 32, p50: 4, p99: 6.5}],"
                        + " maxSizeBytes: 100000, minSizeRatio: 4";

        // When
        var plan = PlanReader.read(PLAN.replace("maxAccuracyDrop: 0.01", cost));

        // Then
        assertThat(plan.constraints())
                .isEqualTo(
                        Constraints.builder()
                                .classes(Map.of(14, Constraints.ClassConstraint.recall(0)))
                                .minSpeedup(
                                        List.of(new MinSpeedup(1, 1.0), new MinSpeedup(32, 2.5)))
                                .maxLatencyMillis(List.of(new MaxLatency(32, 4.0, 6.5)))
                                .maxSizeBytes(100_000)
                                .minSizeRatio(4)
                                .build());
        assertThat(plan.constraints().limitQuality()).isFalse();
        var json = ContractJson.MAPPER.writeValueAsString(plan);
        assertThat(ContractJson.MAPPER.readValue(json, Plan.class)).isEqualTo(plan);
        assertThat(PlanReader.read(json)).isEqualTo(plan);
    }

    @Test
    void enginesAndThreadsToMeasureAreReadAsListsOrASingleNumber() throws Exception {
        // Given
        var sweep = "threads: [1, 2], engines: [tensorflow, onnxruntime]";
        var limits =
                "minSpeedup: [{ratio: 2}, {ratio: 5, engine: onnxruntime}],"
                        + " maxLatencyMillis: [{p50: 1, engine: onnxruntime}]";

        // When
        var plan =
                PlanReader.read(
                        PLAN.replace("threads: 1", sweep).replace("maxAccuracyDrop: 0.01", limits));

        // Then
        assertThat(PlanReader.read(PLAN).bench().threads()).containsExactly(1);
        assertThat(PlanReader.read(PLAN).bench().engines()).containsExactly(Engine.values());
        assertThat(plan.bench().threads()).containsExactly(1, 2);
        assertThat(plan.bench().nativeThreads()).isEqualTo(2);
        assertThat(plan.bench().engines()).containsExactly(Engine.TENSORFLOW, Engine.ONNXRUNTIME);
        assertThat(plan.constraints().minSpeedup())
                .containsExactly(
                        new MinSpeedup(1, 2.0, null), new MinSpeedup(1, 5.0, Engine.ONNXRUNTIME));
        var json = ContractJson.MAPPER.writeValueAsString(plan);
        assertThat(ContractJson.MAPPER.readValue(json, Plan.class)).isEqualTo(plan);
    }

    @Test
    void aLimitAtABatchSizeIsReadBesideABenchStepThatStandsTooEarly() {
        var early =
                PLAN.replace("steps:", "steps:\n  - bench: {}")
                        .replace("maxAccuracyDrop: 0.01", "minSpeedup: [{ratio: 2}]");

        assertThatThrownBy(() -> PlanReader.read(early))
                .hasMessageContaining("steps[0].bench: must be the last step");
    }

    @Test
    void labelsAreNumberedFromTheSecondUseOfAStage() {
        var prune = PruneStep.builder().build();
        var plan = Plan.builder().name("p").model("m").steps(List.of(prune, prune)).build();

        assertThat(List.of(plan.label(0), plan.label(1), plan.label(2)))
                .containsExactly("prune", "prune-2", "bench");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ratio: 0.5       | ratio: 1.5           | steps[0].prune.ratio: must be above 0 and below 1, but is 1.5
                    ratio: 0.5       | ratio: .nan          | at line 9: Malformed numeric value '.nan'
                    ratio: 0.5       | ratio: half          | steps[0].prune.ratio: expected a number, but found 'half'
                    method: channels | methd: channels      | steps[0].prune.methd: unknown field 'methd'; did you mean 'method'?
                    method: channels | method: chanels      | steps[0].prune.method: unknown value 'chanels'; did you mean 'channels'?
                    - prune:         | - prun:              | steps[0]: unknown step 'prun'; did you mean 'prune'?
                    ratio: 0.5       | ratoi: 0.5           | steps[0].prune.ratoi: unknown field 'ratoi'; did you mean 'ratio'?
                    ratio: 0.5       | rounds: 0            | steps[0].prune.rounds: must be between 1 and 20, but is 0
                    epochs: 3        | epochs: -1           | steps[0].prune.fineTune.epochs: must be between 0
                    method: channels, criterion: l1, ratio: 0.5 | method: magnitude, rule: median, minAgreement: 0.9 | steps[0].prune: must have a ratio or a target for a search
                    ratio: 0.5       | groupSparsity: {strength: 0}  | steps[0].prune.groupSparsity.strength: must be above 0
                    ratio: 0.5       | groupSparsity: {epochs: 0}    | steps[0].prune.groupSparsity.epochs: must be between 1
                    epochs: 3        | epochs: 2.5          | steps[0].prune.fineTune.epochs: expected a whole number
                    samples: 512     | samples: 0           | steps[1].quantize.calibration.samples: must be between 1
                    samples: 512     | samples: 512}, sensitivity: {samples: 0 | steps[1].quantize.sensitivity.samples: must be between 1
                    samples: 512     | samples: 512}, budget: {macsInt8: 1.5 | steps[1].quantize.budget.macsInt8: must be between 0 and 1, but is 1.5
                    samples: 512     | samples: 512}, budget: {sizeBytes: 0 | steps[1].quantize.budget.sizeBytes: must be at least 1
                    scheme: int8     | budget: {latencyMillis: 0, engine: tflite} | steps[1].quantize.budget.latencyMillis: must be above 0
                    scheme: int8     | budget: {latencyMillis: 2} | steps[1].quantize.budget.engine: is missing
                    scheme: int8     | budget: {macsInt8: 1, engine: tflite} | steps[1].quantize.budget.engine: has an effect with latencyMillis only
                    scheme: int8     | budget: {}           | steps[1].quantize.budget: must have one of macsInt8, sizeBytes and latencyMillis
                    scheme: int8     | budget: {macsInt8: 1, sizeBytes: 9} | steps[1].quantize.budget: must have one of macsInt8, sizeBytes and latencyMillis
                    scheme: int8     | maxAccuracyDrop: 2   | steps[1].quantize.maxAccuracyDrop: must be between 0 and 1, but is 2.0
                    scheme: int8     | minAgreement: -1     | steps[1].quantize.minAgreement: must be between 0 and 1, but is -1.0
                    scheme: int8     | maxErrorIncrease: 0.1 | steps[1].quantize.maxErrorIncrease: is for regression; use maxAccuracyDrop
                    scheme: int8     | maxAccuracyDrop: 0.1, minAgreement: 0.9 | steps[1].quantize: must have one of maxAccuracyDrop, maxErrorIncrease and minAgreement at most
                    method: channels, criterion: l1 | method: magnitude, schedule: {end: 1} | steps[0].prune.schedule.end: must be above begin and below 1
                    method: channels, criterion: l1 | method: magnitude, schedule: {begin: 0.6} | steps[0].prune.schedule.end: must be above begin and below 1
                    method: channels, criterion: l1 | method: magnitude, schedule: {shape: cubik} | steps[0].prune.schedule.shape: unknown value 'cubik'; did you mean 'cubic'?
                    method: channels, criterion: l1 | method: magnitude, regrowth: {fraction: 1} | steps[0].prune.regrowth.fraction: must be above 0 and below 1, but is 1.0
                    method: channels, criterion: l1 | method: magnitude, regrowth: {until: 0.4}, schedule: {} | steps[0].prune.regrowth.until: must be above schedule.end, from where weights are exchanged, but is 0.4
                    method: channels, criterion: l1 | method: magnitude, pattern: '2x' | steps[0].prune.pattern: must be weights kept of a group, as 2:4, or rows x columns of a block, as 1x4, none above 64, but is '2x'
                    criterion: l1    | criterion: l3        | steps[0].prune.criterion: unknown value 'l3'; did you mean 'l
                    criterion: l1    | criterion: random, scores: {redution: sum} | steps[0].prune.scores.redution: unknown field 'redution'; did you mean 'reduction'?
                    criterion: l1    | criterion: taylor, scores: {samples: 0} | steps[0].prune.scores.samples: must be between 1 and 1000000, but is 0
                    criterion: l1    | criterion: l1, scores: {normalization: sum} | steps[0].prune.scores.normalization: unknown value 'sum'
                    ratio: 0.5       | reconstruction: {samples: 1} | steps[0].prune.reconstruction.samples: must be at least 2, but is 1
                    ratio: 0.5       | reconstruction: {leastEpochs: 1.5} | steps[0].prune.reconstruction.leastEpochs: must be between 0 and 1, but is 1.5
                    ratio: 0.5       | reconstruction: {ridge: 0} | steps[0].prune.reconstruction.ridge: must be above 0, but is 0.0
                    ratio: 0.5       | reconstruction: {method: least} | steps[0].prune.reconstruction.method: unknown value 'least'
                    learningRate: 0.001} | learningRate: 0.001}, loss: {labls: 1} | steps[0].prune.loss.labls: unknown field 'labls'; did you mean 'labels'?
                    learningRate: 0.001} | learningRate: 0.001}, loss: {labels: 0, softTargets: 0} | steps[0].prune.loss.softTargets: labels and softTargets cannot both be 0
                    learningRate: 0.001} | learningRates: [0.1]} | steps[0].prune.fineTune.learningRates: must be 2 to 10 ascending rates
                    learningRate: 0.001} | learningRates: [0.1, 0.01]} | steps[0].prune.fineTune.learningRates: must be 2 to 10 ascending rates
                    learningRate: 0.001} | learningRate: 0.001}, loss: {temperature: 0} | steps[0].prune.loss.temperature: must be between 0.1 and 100
                    [1, 32]          | [1, 0]               | steps[2].bench.batchSizes[1]: must be between 1
                    threads: 1       | threads: [1, 0]      | steps[2].bench.threads[1]: must be between 1 and 256, but is 0
                    threads: 1       | threads: []          | steps[2].bench.threads: must be a number of threads, or list 1 to 8 of them
                    threads: 1       | threads: [2, 2]      | steps[2].bench.threads: must name each value once
                    threads: 1       | engines: [onnx]      | steps[2].bench.engines[0]: unknown value 'onnx'
                    threads: 1       | engines: []          | steps[2].bench.engines: must name an engine
                    threads: 1       | seconds: 0           | steps[2].bench.seconds: must be above 0 and at most 3600, but is 0.0
                    threads: 1       | minSamples: 14       | steps[2].bench.minSamples: must be between 15 and 100000, but is 14
                    std: [1, 1, 1]   | std: [1, 1]          | input.std: must hold 1 or 3 numbers
                    std: [1, 1, 1]   | std: [1, 0, 1]       | input.std: must be above 0
                    std: [1, 1, 1]   | standardize: image   | input.standardize: takes mean and std from each image; leave out mean and std
                    std: [1, 1, 1]   | standardize: images  | input.standardize: unknown value 'images'; did you mean 'image'?
                    interpolation: bilinear | interpolation: nearest, antialias: true | input.antialias: has an effect on a resize with bilinear or bicubic
                    resize: [30, 30] | antialias: true      | input.antialias: has an effect on a resize
                    resize: [30, 30] | resize: [30]         | input.resize: must be [height, width]
                    resize: [30, 30] | resize: [30, null]   | input.resize: must be [height, width]
                    resize: [30, 30] | resize: [a, 30]      | input.resize[0]: expected a whole number, but found 'a'
                    resize: [30, 30] | resize: 30           | input.resize: must be [height, width], {shorterSide: PIXELS, crop: [height, width]} or {letterbox:
                    resize: [30, 30] | resize: {crop: [30, 30]} | input.resize.shorterSide: is missing
                    resize: [30, 30] | resize: {shorterSide: 32} | input.resize.crop: is missing
                    resize: [30, 30] | resize: {shorterSide: 0, crop: [30, 30]} | input.resize.shorterSide: must be between 1 and 16384
                    resize: [30, 30] | resize: {shorterSide: 29, crop: [30, 30]} | input.resize.crop: must not be larger than shorterSide, 29
                    resize: [30, 30] | resize: {shorterSide: 32, crop: [30, 30], pad: 3} | input.resize.pad: unknown field 'pad' (known: crop, shorterSide)
                    resize: [30, 30] | resize: {leterbox: [30, 30]} | input.resize.leterbox: unknown field 'leterbox'; did you mean 'letterbox'?
                    resize: [30, 30] | resize: {letterbox: [30]} | input.resize.letterbox: must be [height, width]
                    resize: [30, 30] | resize: {letterbox: [30, 30], pad: 256} | input.resize.pad: must be between 0 and 255
                    {folder: test}   | {foldr: test}        | data.test: must be
                    maxAccuracyDrop: 0.01 | maxAccuracyDrop: 1.01 | constraints.maxAccuracyDrop: must be between 0 and 1
                    maxRecallDrop: 0.0 | maxRecallDrop: -1  | constraints.classes.14.maxRecallDrop: must be between 0 and 1
                    maxRecallDrop: 0.0 | maxIouDrop: 0.1    | constraints.classes.14.maxIouDrop: does not fit classification; use maxRecallDrop
                    {maxRecallDrop: 0.0} | {}               | constraints.classes.14.maxRecallDrop: is missing
                    maxAccuracyDrop: 0.01 | maxErrorIncrease: 0.1 | constraints.maxErrorIncrease: does not fit classification; use maxAccuracyDrop
                    maxAccuracyDrop: 0.01 | maxRelativeL2: -1 | constraints.maxRelativeL2: must be 0 or more
                    maxAccuracyDrop: 0.01 | minAgreement: 99 | constraints.minAgreement: must be between 0 and 1
                    maxAccuracyDrop: 0.01 | minSpeedup: [{batch: 8, ratio: 2}] | constraints.minSpeedup[0].batch: must be a batch size that bench measures, one of [1, 32], but is 8
                    maxAccuracyDrop: 0.01 | minSpeedup: [{batch: 32}] | constraints.minSpeedup[0].ratio: is missing
                    maxAccuracyDrop: 0.01 | minSpeedup: [{ratio: 0}] | constraints.minSpeedup[0].ratio: must be above 0
                    maxAccuracyDrop: 0.01 | minSpeedup: [{ratio: 1}, {batch: 1, ratio: 2}] | constraints.minSpeedup: holds batch size 1 twice
                    maxAccuracyDrop: 0.01 | minSpeedup: [{ratio: 1, engine: tflite}, {ratio: 2, engine: tflite}] | constraints.minSpeedup: holds batch size 1 on tflite twice
                    maxAccuracyDrop: 0.01 | minSpeedup: [{ratio: 1, engine: tflit}] | constraints.minSpeedup[0].engine: unknown value 'tflit'; did you mean 'tflite'?
                    maxAccuracyDrop: 0.01 | minSpeedup: {batch: 1, ratio: 2} | constraints.minSpeedup: expected a list, but found an object
                    maxAccuracyDrop: 0.01 | minSpeedup: [{ratio: 2, bacth: 1}] | constraints.minSpeedup[0].bacth: unknown field 'bacth'; did you mean 'batch'?
                    maxAccuracyDrop: 0.01 | maxLatencyMillis: [{batch: 1}] | constraints.maxLatencyMillis[0]: limits nothing; write p50 or p99
                    maxAccuracyDrop: 0.01 | maxLatencyMillis: [{p50: -1}] | constraints.maxLatencyMillis[0].p50: must be above 0
                    maxAccuracyDrop: 0.01 | maxLatencyMillis: [{p99: 0}] | constraints.maxLatencyMillis[0].p99: must be above 0
                    maxAccuracyDrop: 0.01 | maxLatencyMillis: [{batch: 4, p50: 1}] | constraints.maxLatencyMillis[0].batch: must be a batch size
                    maxAccuracyDrop: 0.01 | maxLatencyMillis: [{p50: 1}, {p99: 2}] | constraints.maxLatencyMillis: holds batch size 1 twice
                    maxAccuracyDrop: 0.01 | maxSizeBytes: 0 | constraints.maxSizeBytes: must be above 0
                    maxAccuracyDrop: 0.01 | maxSizeBytes: 1 MB | constraints.maxSizeBytes: expected a whole number
                    maxAccuracyDrop: 0.01 | minSizeRatio: 0 | constraints.minSizeRatio: must be above 0
                    task: classification | task: regression | constraints.maxAccuracyDrop: does not fit regression
                    task: classification | task: regression | constraints.classes: regression has no classes
                    task: classification | task: detection  | constraints.classes.14.maxRecallDrop: does not fit detection; use maxAveragePrecisionDrop
                    task: classification | output: ''       | output: is empty
                    task: classification | signature: ' '   | signature: is empty
                    name: traffic-signs-int8 | nam: x       | nam: unknown field 'nam'; did you mean 'name'?
                    name: traffic-signs-int8 | name: a b    | name: must be 1 to 64 letters
                    model: path/to/saved_model | model: https://host/m.tar.gz | model: must be a path, but 'https://host/m.tar.gz' is a URL; download it
                    seed: 17         | release: manually     | release: unknown value 'manually'; did you mean 'manual'?
                    seed: 17         | cache: perhaps       | cache: expected true or false, but found 'perhaps'
                    seed: 17         | seed: [              | not readable as YAML or JSON
                    """)
    void aWrongFieldIsNamedWithItsPathAndWhatIsAllowed(
            String right, String wrong, String expected) {
        assertThatThrownBy(() -> PlanReader.read(PLAN.replace(right, wrong)))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void knownResultsAreUsedUnlessThePlanSaysOtherwise() {
        assertThat(PlanReader.read(PLAN).cache()).isTrue();
        assertThat(PlanReader.read(PLAN + "\ncache: false\n").cache()).isFalse();
    }

    @Test
    void aCandidateIsReleasedAtOnceUnlessThePlanSaysOtherwise() {
        assertThat(PlanReader.read(PLAN).release()).isEqualTo(ReleaseMode.AUTOMATIC);
        assertThat(PlanReader.read(PLAN + "\nrelease: manual\n").release())
                .isEqualTo(ReleaseMode.MANUAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed: [", "seeed: 17"})
    void aPlanThatCannotBeReadKeepsTheCause(String wrong) {
        assertThatThrownBy(() -> PlanReader.read(PLAN.replace("seed: 17", wrong)))
                .isInstanceOf(InvalidPlanException.class)
                .hasCauseInstanceOf(JsonProcessingException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    prune: {scope: global}                           | prune.scope: has no effect with method: channels
                    prune: {reconstruction: {method: none, ridge: 1}} | prune.reconstruction.ridge: has no effect with method: none
                    prune: {reconstruction: {method: none, batchNorm: false, leastEpochs: 1}} | prune.reconstruction.leastEpochs: has no effect where neither
                    prune: {method: magnitude, reconstruction: {}}   | prune.reconstruction: has an effect with method: channels only
                    prune: {method: magnitude, rounds: 2}            | prune.rounds: has an effect with method: channels only
                    prune: {method: magnitude, criterion: l1}        | prune.criterion: has no effect with method: magnitude
                    prune: {threshold: 0.1}                          | prune.threshold: has an effect with method: magnitude only
                    prune: {rule: ratio}                             | prune.rule: has an effect with method: magnitude only
                    prune: {schedule: {}}                            | prune.schedule: has an effect with method: magnitude only
                    prune: {regrowth: {}}                            | prune.regrowth: has an effect with method: magnitude only
                    prune: {method: magnitude, schedule: {}, fineTune: {epochs: 0}} | prune.schedule: has no effect with fineTune.epochs: 0
                    prune: {method: magnitude, regrowth: {}, fineTune: {epochs: 0}} | prune.regrowth: has no effect with fineTune.epochs: 0
                    prune: {method: magnitude, regrowth: {}, pattern: '2:4'} | prune.regrowth: would break the pattern 2:4
                    prune: {method: magnitude, schedule: {shape: one-shot, end: 0.5}} | prune.schedule.end: has no effect with shape: one-shot, which removes everything at begin
                    prune: {method: magnitude, schedule: {shape: one-shot, every: 5}} | prune.schedule.every: has no effect with shape: one-shot, which removes everything at begin
                    prune: {pattern: '2:4'}                          | prune.pattern: has an effect with method: magnitude only
                    prune: {method: magnitude, rule: median, ratio: 0.5} | prune.ratio: has an effect with rule: ratio only
                    prune: {method: magnitude, threshold: 0.1, scope: global} | prune.scope: has an effect with rule: ratio only
                    prune: {method: magnitude, rule: median, threshold: 0.1} | prune.threshold: has an effect with rule: threshold only
                    prune: {method: magnitude, rule: median, pattern: 1x4} | prune.pattern: has no effect with rule: median, which removes whole rows
                    prune: {method: magnitude, pattern: '2:4', ratio: 0.5} | prune.ratio: has no effect with pattern: 2:4, which says how much is removed
                    prune: {method: magnitude, pattern: '2:4', rule: median} | prune.rule: has no effect with pattern: 2:4, which says how much is removed
                    prune: {method: magnitude, pattern: '2:4', scope: global} | prune.scope: has no effect with pattern: 2:4, which says how much is removed
                    prune: {method: low-rank, ratio: 0.5}            | prune.ratio: has no effect with method: low-rank
                    prune: {method: low-rank, target: {macs: 0.5}, rank: {energy: 0.9}} | prune.rank: must not choose the rank with target
                    prune: {method: low-rank, target: {macs: 0.5}, maxRatio: 0.9} | prune.maxRatio: has no effect with method: low-rank
                    prune: {blocks: 2}                               | prune.blocks: has an effect with method: blocks only
                    prune: {method: blocks, ratio: 0.5, blocks: 2}   | prune.ratio: has no effect with blocks
                    prune: {method: blocks, ignore: [a]}             | prune.ignore: has no effect with method: blocks
                    prune: {method: blocks, maxAccuracyDrop: 0.01}   | prune.maxAccuracyDrop: has an effect with methods channels and magnitude only
                    prune: {method: blocks, roundTo: 8}              | prune.roundTo: has no effect with method: blocks
                    prune: {rank: {energy: 0.9}}                     | prune.rank: has an effect with method: low-rank only
                    prune: {ratio: 0.5, target: {macs: 0.5}}         | prune.ratio: has no effect with target
                    prune: {policy: global, target: {macs: 0.5}}     | prune.policy: has no effect with target
                    prune: {method: magnitude, target: {macs: 0.5}}  | prune.target: has no effect with method: magnitude
                    prune: {method: magnitude, policy: global}       | prune.policy: has no effect with method: magnitude
                    prune: {method: magnitude, ratios: {a: 0.5}}     | prune.ratios: has no effect with method: magnitude
                    prune: {method: magnitude, maxRatio: 0.5}        | prune.maxRatio: has no effect with method: magnitude
                    prune: {method: magnitude, roundTo: 8}           | prune.roundTo: has no effect with method: magnitude
                    prune: {method: magnitude, sensitivity: {}}      | prune.sensitivity: has no effect with method: magnitude
                    prune: {ratios: {conv: 0.5}, policy: global}     | prune.ratios: has no effect with policy: global
                    prune: {ratios: {conv: 0.5}, target: {macs: 0.5}} | prune.ratios: has no effect with target
                    prune: {maxRatio: 0.8}                           | prune.maxRatio: has no effect with policy: uniform
                    prune: {method: magnitude, groupSparsity: {}}    | prune.groupSparsity: has an effect with method: channels only
                    prune: {method: magnitude, scores: {}}           | prune.scores: has an effect with method: channels only
                    prune: {criterion: random, scores: {reduction: sum}} | prune.scores.reduction: has no effect with criterion: random
                    prune: {criterion: random, scores: {normalization: l2}} | prune.scores.normalization: has no effect with criterion: random
                    prune: {criterion: geometric-median, scores: {consumers: true}} | prune.scores.consumers: has no effect with criterion: geometric-median
                    prune: {criterion: taylor, scores: {reduction: max}} | prune.scores.reduction: has no effect with criterion: taylor
                    prune: {criterion: fisher, scores: {consumers: true}} | prune.scores.consumers: has no effect with criterion: fisher
                    prune: {criterion: mean-activation, scores: {consumers: true}} | prune.scores.consumers: has no effect with criterion: mean-activation
                    prune: {fineTune: {learningRate: 0.1, learningRates: [0.1, 1]}} | prune.fineTune.learningRate: has no effect with learningRates
                    prune: {target: {macs: 0.5}, scores: {consumers: true}} | prune.scores.consumers: has no effect with criterion: taylor
                    prune: {scores: {samples: 9}}                    | prune.scores.samples: has no effect with criterion: l1
                    prune: {fineTune: {optimizer: {momentum: 0.5}}}  | prune.fineTune.optimizer.momentum: has an effect with method: sgd only
                    prune: {fineTune: {schedule: {at: [0.5]}}}       | prune.fineTune.schedule.at: has an effect with decay: step only
                    prune: {fineTune: {schedule: {factor: 0.5}}}     | prune.fineTune.schedule.factor: has an effect with decay: step only
                    prune: {fineTune: {validation: 0, patience: 2}}  | prune.fineTune.patience: has no effect with validation: 0
                    distill: {student: {model: m, weights: fresh}}   | distill.student.weights: has no effect with model
                    nas: {search: {strategy: random, population: 4}} | nas.search.population: has an effect with strategy: evolution only
                    nas: {search: {strategy: random, tournament: 2}} | nas.search.tournament: has an effect with strategy: evolution only
                    nas: {objective: {pick: accuracy, exponent: -1}} | nas.objective.exponent: has an effect with pick: balanced only
                    quantize: {maxAccuracyDrop: 0.01, budget: {macsInt8: 0.9}} | quantize.budget: has no effect with a limit of the loss
                    quantize: {calibration: {method: min-max, percentile: 99}} | quantize.calibration.percentile: has an effect with method: percentile only
                    quantize: {calibration: {layers: {'conv*': {method: mse, percentile: 99}}}} | quantize.calibration.layers.conv*.percentile: has an effect with method: percentile only
                    quantize: {training: {validation: 0, patience: 2}} | quantize.training.patience: has no effect with validation: 0
                    """)
    void anOptionWithoutEffectIsRefused(String step, String expected) {
        // When
        var thrown = catchThrowable(() -> PlanReader.read(planOf(step)));

        // Then
        assertThat(thrown)
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("steps[0]." + expected)
                .hasMessageEndingWith("leave it out");
    }

    /** Defaults must not be taken for options that the user wrote when a plan is read again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "prune: {}",
                "prune: {method: magnitude}",
                "prune: {maxAccuracyDrop: 0.01}",
                "prune: {groupSparsity: {strength: 0.01}}",
                "prune: {ratio: 0.5, minAgreement: 0.99}",
                "prune: {method: magnitude, rule: threshold}",
                "prune: {method: magnitude, threshold: 0.02, pattern: 1x4, ignore: ['conv*']}",
                "prune: {method: magnitude, rule: median}",
                "prune: {method: magnitude, schedule: {shape: one-shot, begin: 0.2}}",
                "prune: {method: magnitude, schedule: {}, regrowth: {every: 3}}",
                "prune: {method: magnitude, pattern: '2:4'}",
                "prune: {method: low-rank}",
                "prune: {method: low-rank, target: {macs: 0.4}, rank: {minSpeedup: 0}}",
                "prune: {method: blocks}",
                "prune: {method: blocks, blocks: 2}",
                "prune: {method: low-rank, rank: {variational: true, algorithm: tucker2}}",
                "prune: {ratio: 0.5, ratios: {conv*: 0.25, stem: 0}, roundTo: 8, ignore: [head]}",
                "prune: {policy: global, ratio: 0.5, maxRatio: 0.8, sensitivity: {samples: 64}}",
                "prune: {target: {macs: 0.5}, maxRatio: 0.8, roundTo: 8, ignore: [head*]}",
                "prune: {fineTune: {learningRates: [0.001, 0.003]}}",
                "prune: {target: {latencyMillis: 2.5}}",
                "prune: {target: {latencyMillis: 2.5, engine: onnxruntime}}",
                "prune: {target: {sizeBytes: 100000}, sensitivity: {ratios: [0.5]}}",
                "prune: {criterion: fisher, scores: {samples: 64, normalization: mean}}",
                "prune: {criterion: apoz, scores: {samples: 64, reduction: max}}",
                "prune: {criterion: lamp, scores: {reduction: max, normalization: l2, consumers: true}}",
                "prune: {loss: {softTargets: 1}, fineTune: {optimizer: {method: sgd}}}",
                "nas: {space: {stages: [{block: [conv]}, {}]}, loss: {softTargets: 1}}",
                "prune: {fineTune: {schedule: {decay: step, factor: 0.5}, patience: 2}}",
                "distill: {}",
                "distill: {student: {model: m}, loss: {labels: 0}, hints: {}}",
                "distill: {student: {width: 0.5, weights: fresh}}",
                "nas: {}",
                "nas: {search: {strategy: random}, objective: {pick: accuracy}}",
                "quantize: {training: {epochs: 3, quantizationSteps: fixed}}",
                "quantize: {calibration: {method: min-max}}",
                "quantize: {sensitivity: {}, budget: {macsInt8: 0.9}}",
                "quantize: {maxAccuracyDrop: 0.005}",
                "quantize: {minAgreement: 0.99}"
            })
    void aPlanWithDefaultsIsReadAgainFromItsJson(String step) throws Exception {
        // Given
        var plan = PlanReader.read(planOf(step));

        // When
        var again = PlanReader.read(ContractJson.MAPPER.writeValueAsString(plan));

        // Then
        assertThat(again).isEqualTo(plan);
    }

    @Test
    void anOptionThatIsLeftOutHasTheDefaultOfItsStep() {
        // When
        var prune = (PruneStep) step("prune: {loss: {softTargets: 1}}");
        var distill = (DistillStep) step("distill: {loss: {softTargets: 0.1}}");

        // Then
        assertThat(prune.loss()).isEqualTo(new DistillationLoss(1.0, 1.0, 2.0));
        assertThat(distill.loss()).isEqualTo(new DistillationLoss(1.0, 0.1, 4.0));
        assertThat(prune.criterion()).isEqualTo(PruneStep.Criterion.L1);
        assertThat(((PruneStep) step("prune: {method: magnitude}")).scope())
                .isEqualTo(PruneStep.Scope.GLOBAL);
        assertThat(prune.ratio()).isEqualTo(0.5);
        assertThat(((PruneStep) step("prune: {minAgreement: 0.99}")).ratio()).isEqualTo(0.9);
    }

    private static Step step(String step) {
        return PlanReader.read(planOf(step)).steps().get(0);
    }

    private static String planOf(String step) {
        return PLAN.replaceFirst("(?m)^  - quantize:.*\n", "")
                .replaceFirst("(?m)^  - prune:.*$", "  - " + Matcher.quoteReplacement(step));
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        var wrong = PLAN.replace("ratio: 0.5", "ratio: 2").replace("samples: 512", "samples: 0");

        assertThatThrownBy(() -> PlanReader.read(wrong))
                .hasMessageContaining("steps[0].prune.ratio")
                .hasMessageContaining("steps[1].quantize.calibration.samples");
    }

    @Test
    void anEmptyPlanSaysSo() {
        assertThatThrownBy(() -> PlanReader.read("")).isInstanceOf(InvalidPlanException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"top1":0.5,"top5":0.75,"perClassRecall":{"3":0.5}} | accuracy | 0.5
                    {"top1":0.5,"perClassRecall":{"3":0.5}}             | accuracy | 0.5
                    {"pixelAccuracy":0.9,"meanIou":0.4,"perClassIou":{"3":0.4}}   | mean IoU | 0.4
                    {"meanAveragePrecision":0.3,"perClassAveragePrecision":{"3":0.3}} | mAP | 0.3
                    {"meanAbsoluteError":2.0,"meanSquaredError":5.0}    | MAE      | 2.0
                    """)
    void anAccuracyIsWrittenInTheFieldsOfItsTaskAlone(String json, String name, double value)
            throws Exception {
        var accuracy = ContractJson.MAPPER.readValue(json, Accuracy.class);

        assertThat(accuracy.headline().name()).isEqualTo(name);
        assertThat(accuracy.headline().value()).isEqualTo(value);
        assertThat(ContractJson.MAPPER.writeValueAsString(accuracy)).isEqualTo(json);
    }

    @Test
    void aMeanOfAllChannelsIsOneNumber() throws Exception {
        var input =
                ContractJson.MAPPER.readValue("{\"mean\":127.5,\"std\":[1,2,3]}", InputSpec.class);

        assertThat(input.mean()).containsExactly(127.5);
        assertThat(input.std()).containsExactly(1.0, 2.0, 3.0);
    }

    @Test
    void anEventIgnoresFieldsThatItDoesNotKnow() throws Exception {
        var json =
                """
                {"runId":"r","step":1,"stage":"prune","fraction":0.5,"message":"m","at":"2026-01-01T00:00:00Z","new":1}
                """;

        var progress = ContractJson.MAPPER.readValue(json, Progress.class);

        assertThat(progress.stage()).isEqualTo(StageName.PRUNE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    steps: [{quantize: }]                                    | steps[0].quantize
                    steps: [null]                                            | steps[0]
                    steps: [{bench: {batchSizes: [1, null]}}]                | steps[0].bench.batchSizes[1]
                    steps: [{prune: {ratio: null, ignore: [null]}}]          | steps[0].prune.ignore[0]
                    steps: [{quantize: {calibration: {layers: {a: null}}}}]  | steps[0].quantize.calibration.layers.a
                    steps: [{distill: {hints: {pairs: [null]}}}]             | steps[0].distill.hints.pairs[0]
                    constraints: {classes: {1: null}}                        | constraints.classes.1
                    """)
    void whatIsEmptyIsNamed(String part, String path) {
        var plan = PLAN.replaceFirst("(?s)steps:.*", "") + part;
        assertThatThrownBy(() -> PlanReader.read(plan))
                .isInstanceOfSatisfying(
                        InvalidPlanException.class,
                        e ->
                                assertThat(e.problems())
                                        .singleElement()
                                        .satisfies(
                                                problem -> {
                                                    assertThat(problem.path()).isEqualTo(path);
                                                    assertThat(problem.message())
                                                            .matches(
                                                                    "is (empty|missing); write .*");
                                                }));
    }
}
