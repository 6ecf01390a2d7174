package io.pitlane.contract.plan.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.plan.PlanReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanSchemaTest {
    private static final Path ROOT = Path.of(System.getProperty("pitlane.root"));
    private static final String FILE =
            "libs/contract/src/main/resources/io/pitlane/contract/plan/plan.schema.json";
    private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\n(name:.*?)```");
    private static final String START =
            """
            name: wrong
            model: model
            data: {train: {cifar10: train}, test: {cifar10: test}}
            """;

    @Test
    void theFileIsWhatTheRecordsAndTheReferenceSay() throws IOException {
        // Given
        var reference = Files.readString(ROOT.resolve("docs/reference/plan.md"));
        var generator = new PlanSchemaGenerator(new ReferenceTables(reference));

        // When
        var generated = generator.generate().toPrettyString() + "\n";

        // Then
        if (Boolean.getBoolean("pitlane.schema.write")) {
            Files.writeString(ROOT.resolve(FILE), generated);
        }
        assertThat(generator.undocumented())
                .as("options that docs/reference/plan.md does not have")
                .isEmpty();
        assertThat(Files.readString(ROOT.resolve(FILE)))
                .as("-Dpitlane.schema.write=true writes it")
                .isEqualTo(generated);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsAPlanOfTheSchemaThatItNames(Path example) throws IOException {
        var text = Files.readString(example);
        var named =
                Pattern.compile("(?m)^# yaml-language-server: \\$schema=(.*)$")
                        .matcher(text)
                        .results()
                        .map(found -> example.resolveSibling(found.group(1)).normalize())
                        .toList();
        assertThat(named).containsExactly(ROOT.resolve(FILE).normalize());
        assertThat(problems(text)).isEmpty();
    }

    static List<Path> examples() throws IOException {
        try (var files = Files.list(ROOT.resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documented")
    void aPlanOfTheDocumentationFitsTheSchema(String plan) throws IOException {
        assertThat(PlanReader.read(plan)).isNotNull();
        assertThat(problems(plan)).isEmpty();
    }

    static List<String> documented() throws IOException {
        try (var files = Files.walk(ROOT.resolve("docs"))) {
            var pages = files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
            var plans = Stream.<String>builder();
            for (var page : pages) {
                BLOCK.matcher(Files.readString(page))
                        .results()
                        .map(found -> found.group(1))
                        .forEach(plans);
            }
            return plans.build().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "steps: [{prune: {ratoi: 0.5}}]",
                "steps: [{prune: {ratio: 1}}]",
                "steps: [{prune: {ratio: half}}]",
                "steps: [{prune: {fineTune: {epochs: 2.5}}}]",
                "steps: [{prune: {fineTune: {optimizer: {method: lion}}}}]",
                "steps: [{shrink: {}}]",
                "steps: [{prune: {}, quantize: {}}]",
                "steps: [{quantize: {calibration: {percentile: 49}}}]",
                "steps: [{bench: {batchSizes: [0]}}]",
                "steps: {prune: {}}",
                "constraints: {classes: {first: {maxRecallDrop: 0}}}",
                "constraints: {minSpeedup: [{batch: 1}]}",
                "input: {resize: [28]}",
                "input: {channels: cmyk}",
                "task: captioning",
                "deliver: [gguf]"
            })
    void aWrongPlanIsRefusedByTheSchemaAndByTheReader(String wrong) {
        var plan = START + wrong;
        assertThatThrownBy(() -> PlanReader.read(plan)).isInstanceOf(InvalidPlanException.class);
        assertThat(problems(plan)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input: {mean: 0.5, std: [1], resize: {shorterSide: 256, crop: [224, 224]}}",
                "input: {resize: {letterbox: [64, 64]}}",
                "steps: [{prune: {ratios: {stem: 0, \"block*\": 0.25}}}, {bench: {threads: [1, 2]}}]",
                "steps: [{distill: {student: {width: 0.5}, hints: {pairs: [{teacher: a, student: b}]}}}]",
                "steps: [{nas: {search: {halving: 3, population: 100, tournament: 50}}}]",
                "steps: [{quantize: {float: [a], calibration: {layers: {a: {method: mse}}}}}]",
                "steps: [{quantize: {}}, {bench: {batchSizes: [1, 7]}}]\n"
                        + "constraints: {minSpeedup: [{batch: 7, ratio: 1}]}",
                "constraints: {classes: {14: {maxRecallDrop: 0.0}}}"
            })
    void whatTheReaderAcceptsTheSchemaAcceptsToo(String right) {
        var plan = START + right;
        assertThat(PlanReader.read(plan)).isNotNull();
        assertThat(problems(plan)).isEmpty();
    }

    private static List<String> problems(String plan) {
        try {
            var tree = ContractJson.PLAN_MAPPER.readTree(plan);
            return JsonSchemaFactory.getInstance(VersionFlag.V7)
                    .getSchema(Files.readString(ROOT.resolve(FILE)))
                    .validate(tree.toString(), InputFormat.JSON)
                    .stream()
                    .map(ValidationMessage::getMessage)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
