package io.pitlane.bench;

import io.pitlane.contract.engine.Engine;
import io.pitlane.engines.EngineUnavailableException;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.formats.tensorflow.KernelAvailability;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engines of a bench step on this machine.
 *
 * @param versions of those that run here
 * @param missing why the others do not, as the end of a sentence
 * @param withoutInt8 why TensorFlow runs no int8 models here, as the end of a sentence; empty where
 *     it does
 */
record EngineAvailability(
        Map<Engine, String> versions, Map<Engine, String> missing, Optional<String> withoutInt8) {

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
        return new EngineAvailability(versions, missing, KernelAvailability.obstacle());
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
