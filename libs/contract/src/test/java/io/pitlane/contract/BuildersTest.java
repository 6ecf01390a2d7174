package io.pitlane.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.NasStep;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.SearchObjective;
import io.pitlane.contract.step.SearchOptions;
import io.pitlane.contract.step.SearchSpace;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guards against a component that a builder forgets. */
class BuildersTest {

    static Stream<Class<? extends Record>> records() {
        return Stream.of(
                ArtifactRef.class,
                BenchStep.class,
                Constraints.class,
                DataSource.Folder.class,
                DistillStep.class,
                DistillationLoss.class,
                InputSpec.class,
                NasStep.class,
                SearchObjective.class,
                SearchOptions.class,
                Plan.class,
                PruneStep.class,
                Report.class,
                Comparison.class,
                ModelFigures.class,
                RunState.class,
                SearchSpace.Stage.class,
                TfRecordSource.Keys.class,
                Training.class,
                TrialScore.class);
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyComponentIsSetByItsName(Class<? extends Record> type) throws Exception {
        for (var component : type.getRecordComponents()) {
            // Given
            var builder = builder(type);
            var value = sample(component.getGenericType());

            // When
            setter(builder, component).invoke(builder, value);

            // Then
            assertThat(component.getAccessor().invoke(build(builder)))
                    .as(component.getName())
                    .isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void aBuilderThatStartsFromARecordKeepsIt(Class<? extends Record> type) throws Exception {
        // Given
        var copying = Arrays.stream(type.getMethods()).filter(m -> m.getName().equals("toBuilder"));
        var record = sample(type);

        for (var toBuilder : copying.toList()) {
            // When
            var copy = build(toBuilder.invoke(record));

            // Then
            assertThat(copy).isEqualTo(record);
        }
    }

    private static Object builder(Class<?> type) throws Exception {
        if (type == DataSource.Folder.class) {
            return DataSource.Folder.builder("folder");
        }
        return type.getMethod("builder").invoke(null);
    }

    private static Method setter(Object builder, RecordComponent component) {
        var setter =
                Arrays.stream(builder.getClass().getDeclaredMethods())
                        .filter(method -> method.getName().equals(component.getName()))
                        .filter(method -> takes(method, component.getType()))
                        .findFirst();
        assertThat(setter).as("setter of %s", component.getName()).isPresent();
        setter.get().setAccessible(true);
        return setter.get();
    }

    private static boolean takes(Method setter, Class<?> type) {
        var parameter = setter.getParameterTypes()[0];
        return parameter.isPrimitive() || parameter == type;
    }

    private static Object build(Object builder) throws Exception {
        return builder.getClass().getMethod("build").invoke(builder);
    }

    /** A value that is not null and, as far as its type allows, not a default. */
    private static Object sample(Type type) throws Exception {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? samples(arguments[0])
                    : Map.of(sample(arguments[0]), sample(arguments[1]));
        }
        var raw = (Class<?>) type;
        if (raw.isEnum()) {
            var constants = raw.getEnumConstants();
            return constants[constants.length - 1];
        }
        if (raw.isRecord()) {
            return record(raw);
        }
        if (raw.isSealed()) {
            return sample(raw.getPermittedSubclasses()[0]);
        }
        return switch (raw.getSimpleName()) {
            case "String" -> "text";
            case "Integer", "int" -> 3;
            case "Long", "long" -> 4L;
            case "Float", "float" -> 0.25f;
            case "Double", "double" -> 0.375;
            case "Boolean", "boolean" -> true;
            case "Instant" -> Instant.EPOCH;
            default -> throw new AssertionError("no sample of " + raw);
        };
    }

    private static List<?> samples(Type element) throws Exception {
        // A plan's last step is bench, and only bench is added.
        return element == Step.class ? List.of(BenchStep.DEFAULT) : List.of(sample(element));
    }

    private static Object record(Class<?> type) throws Exception {
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = sample(components[i].getGenericType());
        }
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }
}
