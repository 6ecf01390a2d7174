package io.pitlane.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which module may depend on which. A rule's name is the sentence that a failing test prints.
 *
 * @param root the package above the modules, {@code io.pitlane}
 */
record ArchitectureRules(String root) {
    /** The services that own one technique each. */
    static final List<String> TECHNIQUES = List.of("prune", "distill", "nas", "quantize", "bench");

    /** Programs: what nothing else depends on. */
    private static final List<String> PROGRAMS =
            Stream.concat(TECHNIQUES.stream(), Stream.of("gateway", "cli")).toList();

    /** Every library, with the libraries that it may depend on. */
    private static final Map<String, Set<String>> LIBRARIES =
            Map.ofEntries(
                    Map.entry("contract", Set.of()),
                    Map.entry("graph", Set.of("contract")),
                    Map.entry("data", Set.of("contract", "graph")),
                    Map.entry("engines", Set.of("contract", "graph")),
                    Map.entry("evaluation", Set.of("contract", "graph", "data")),
                    Map.entry("training", Set.of("contract", "graph", "data")),
                    Map.entry(
                            "analysis",
                            Set.of("contract", "graph", "data", "evaluation", "training")),
                    Map.entry("formats", Set.of("contract", "graph")),
                    Map.entry("report", Set.of("contract")),
                    Map.entry("pipeline", Set.of("contract")),
                    Map.entry("kafka", Set.of()));

    private static final Set<String> MODEL_LIBRARIES =
            Set.of("graph", "data", "engines", "evaluation", "training", "analysis", "formats");

    /** The stage, and the entrances of the packages below its own. */
    private static final int PUBLIC_TYPES = 3;

    /** The rules by name. */
    Map<String, ArchRule> byName() {
        var rules = new LinkedHashMap<String, ArchRule>();
        rules.put("A service does not depend on another service or on the cli", servicesApart());
        rules.put("A library does not depend on a service or on the cli", librariesBelow());
        rules.put("A library depends only on the libraries below it", librariesDownwards());
        rules.put("Only the contract and the services know a technique's step", stepsUnknown());
        rules.put("The pipeline library does not know TensorFlow", pipelineWithoutModels());
        rules.put("The model libraries do not know Kafka or Quarkus", modelsWithoutPipeline());
        rules.put("Packages do not depend on each other in a cycle", noCycles());
        rules.put("A technique service exports its stages and nothing else", fewPublicTypes());
        return rules;
    }

    private ArchRule servicesApart() {
        return noClasses()
                .should(
                        dependOn(
                                "another program",
                                (from, to) -> {
                                    var service = moduleOf(from);
                                    var other = moduleOf(to);
                                    return PROGRAMS.contains(service)
                                            && PROGRAMS.contains(other)
                                            && !service.equals(other);
                                }));
    }

    private ArchRule librariesBelow() {
        return noClasses()
                .that(resideInAnyPackage(packages(LIBRARIES.keySet())))
                .should()
                .dependOnClassesThat(resideInAnyPackage(packages(PROGRAMS)));
    }

    private ArchRule librariesDownwards() {
        return noClasses()
                .should(
                        dependOn(
                                "a library that is not below",
                                (from, to) -> {
                                    var library = moduleOf(from);
                                    var other = moduleOf(to);
                                    return LIBRARIES.containsKey(library)
                                            && LIBRARIES.containsKey(other)
                                            && !library.equals(other)
                                            && !LIBRARIES.get(library).contains(other);
                                }));
    }

    private ArchRule stepsUnknown() {
        var libraries = new ArrayList<>(LIBRARIES.keySet());
        libraries.remove("contract");
        return noClasses()
                .that(resideInAnyPackage(packages(libraries)))
                .should()
                .dependOnClassesThat(
                        resideInAPackage(root + ".contract..")
                                .and(
                                        DescribedPredicate.describe(
                                                "are a technique's step",
                                                type ->
                                                        type.getName()
                                                                .matches(".+\\w+Step(\\$.*)?"))));
    }

    private ArchRule pipelineWithoutModels() {
        return noClasses()
                .that(resideInAPackage(root + ".pipeline.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.tensorflow..", "ai.djl.."));
    }

    private ArchRule modelsWithoutPipeline() {
        return noClasses()
                .that(resideInAnyPackage(packages(MODEL_LIBRARIES)))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                "org.apache.kafka..",
                                "io.quarkus..",
                                "io.smallrye..",
                                "jakarta.."));
    }

    private ArchRule noCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles();
    }

    private ArchRule fewPublicTypes() {
        return classes()
                .that(resideInAnyPackage(packages(TECHNIQUES)))
                .should(new FewPublicTypes());
    }

    private String[] packages(Collection<String> modules) {
        return modules.stream().map(module -> root + "." + module + "..").toArray(String[]::new);
    }

    /** {@code prune} of {@code io.pitlane.prune.PruneStage}; empty outside the project. */
    private String moduleOf(JavaClass type) {
        var name = type.getPackageName();
        return name.startsWith(root + ".")
                ? name.substring(root.length() + 1).split("\\.", 2)[0]
                : "";
    }

    /** Whether one class may not depend on another. */
    private interface Forbidden {
        boolean test(JavaClass from, JavaClass to);
    }

    private static ArchCondition<JavaClass> dependOn(String what, Forbidden forbidden) {
        return new ArchCondition<>("depend on " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(d -> forbidden.test(d.getOriginClass(), d.getTargetClass()))
                        .forEach(
                                d ->
                                        events.add(
                                                SimpleConditionEvent.satisfied(
                                                        d, d.getDescription())));
            }
        };
    }

    /** Counts the public top-level types of each technique. */
    private final class FewPublicTypes extends ArchCondition<JavaClass> {
        private final Map<String, List<String>> byTechnique = new LinkedHashMap<>();

        private FewPublicTypes() {
            super("be package-private, but for " + PUBLIC_TYPES + " a service");
        }

        @Override
        public void init(Collection<JavaClass> all) {
            byTechnique.putAll(
                    all.stream()
                            .filter(type -> type.isTopLevelClass())
                            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                            .collect(
                                    Collectors.groupingBy(
                                            type -> moduleOf(type),
                                            Collectors.mapping(
                                                    JavaClass::getName, Collectors.toList()))));
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {}

        @Override
        public void finish(ConditionEvents events) {
            byTechnique.forEach(
                    (technique, types) ->
                            events.add(
                                    new SimpleConditionEvent(
                                            technique,
                                            types.size() <= PUBLIC_TYPES,
                                            technique + " exports " + types)));
        }
    }
}
