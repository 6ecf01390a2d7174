package io.pitlane.gateway.runs;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.RunResult;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * A result as its record has it, decoded when it is asked for: at a start thousands are read, and
 * few of them are looked at. Thread-safe.
 */
final class EncodedResult implements Supplier<Optional<RunResult>> {
    private static final Logger LOG = Logger.getLogger(EncodedResult.class);

    private final String runId;
    private final byte[] json;
    private SoftReference<RunResult> decoded = new SoftReference<>(null);

    /**
     * @param json not changed afterwards
     */
    EncodedResult(String runId, byte[] json) {
        this.runId = runId;
        this.json = json;
    }

    /** The result; empty where it cannot be read. */
    @Override
    public synchronized Optional<RunResult> get() {
        var known = decoded.get();
        if (known == null) {
            known = decode();
            decoded = new SoftReference<>(known);
        }
        return Optional.ofNullable(known);
    }

    private RunResult decode() {
        try {
            var result = ContractJson.MAPPER.readValue(json, RunResult.class);
            return result == null || result.report() == null ? null : result;
        } catch (IOException e) {
            LOG.errorf(e, "The result of run %s cannot be read", runId);
            return null;
        }
    }
}
