package io.pitlane.engines;

import io.pitlane.contract.engine.Engine;

/** An engine's native libraries are missing on this machine, or cannot be loaded. */
public final class EngineUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Engine engine;
    private final String reason;

    EngineUnavailableException(Engine engine, String reason, Throwable cause) {
        super("%s is not available on this machine: %s".formatted(engine.title(), reason), cause);
        this.engine = engine;
        this.reason = reason;
    }

    /** The missing engine. */
    public Engine engine() {
        return engine;
    }

    /** Why it is missing, without the engine's name. */
    public String reason() {
        return reason;
    }
}
