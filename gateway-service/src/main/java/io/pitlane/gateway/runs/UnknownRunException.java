package io.pitlane.gateway.runs;

import io.pitlane.gateway.errors.ApiException;
import jakarta.ws.rs.core.Response.Status;

/** No run has this id: 404. */
public class UnknownRunException extends ApiException {
    private static final long serialVersionUID = 1L;

    public UnknownRunException(String runId) {
        super(
                Status.NOT_FOUND,
                "There is no run '" + runId + "'.",
                "List the runs there are with GET /api/runs.");
    }
}
