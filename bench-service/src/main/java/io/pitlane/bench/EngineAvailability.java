package io.pitlane.bench;

import io.pitlane.contract.engine.Engine;
import io.pitlane.engines.EngineUnavailableException;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.Processor;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tensorflow.KernelAvailability;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engines of a bench step on this machine.
 *
 * @param versions of those that run here
 * @param missing why the others do not, as the end of a sentence
 * @param simulated why TensorFlow has no kernels, or none that are fast, for models of a precision
 *     here, as the end of a sentence
 */
record EngineAvailability(
        Map<Engine, String> versions,
        Map<Engine, String> missing,
        Map<Precision, String> simulated) {

    /** Loads every engine of the plan, and TensorFlow in any case. */
    static EngineAvailability of(List<Engine> planned) {
        var versions = new EnumMap<Engine, String>(Engine.class);
        var missing = new EnumMap<Engine, String>(Engine.class);
        for (var engine : Engine.values()) {
            if (engine == Engine.TENSORFLOW || planned.contains(engine)) {
                try {
                    versions.put(engine, InferenceEngine.of(engine).version());
                } catch (EngineUnavailableException e) {
                    missing.put(engine, e.reason());
                }
            }
        }
        var simulated = new EnumMap<Precision, String>(Precision.class);
        KernelAvailability.obstacle().ifPresent(reason -> simulated.put(Precision.INT8, reason));
        var newest =
                InstructionSet.newest(
                        Processor.ofMachine().flags(), InstructionSet.limit(System.getenv()));
        withoutBfloat16(newest, TensorFlowRuntime.usesOneDnn())
                .ifPresent(reason -> simulated.put(Precision.BFLOAT16, reason));
        return new EngineAvailability(versions, missing, simulated);
    }

    /**
     * Why bfloat16 is not faster than float32, as the end of a sentence; empty where it is.
     *
     * @param newest instruction set that oneDNN may use
     * @param usesOneDnn whether TensorFlow runs oneDNN's kernels
     */
    static Optional<String> withoutBfloat16(Optional<InstructionSet> newest, boolean usesOneDnn) {
        if (!usesOneDnn) {
            return Optional.of("oneDNN, which has the kernels of bfloat16, is turned off");
        }
        return newest.filter(InstructionSet::hasBfloat16).isPresent()
                ? Optional.empty()
                : Optional.of("the processor has no instructions for bfloat16");
    }

    /** Whether models can be measured on an engine. */
    boolean has(Engine engine) {
        return versions.containsKey(engine);
    }

    /** Why models cannot be measured on an engine, as the end of a sentence. */
    String reason(Engine engine) {
        return missing.containsKey(engine)
                ? "%s is missing on this machine (%s)"
                        .formatted(engine.title(), missing.get(engine))
                : "the bench step does not name " + engine.label();
    }
}
