package io.pitlane.cli.client;

import java.net.URI;

/**
 * A client of a gateway, over HTTP. Every method, and every method of the parts, throws {@link
 * ServerUnreachableException} when there is no response, {@link
 * io.pitlane.contract.failure.FailureException} for an error response (kind INVALID_INPUT for a
 * status of 400 to 499) and for one that no gateway sends (kind INTERNAL), and {@link
 * io.pitlane.contract.plan.InvalidPlanException} when the error response lists problems of a plan.
 * A busy gateway is asked again for two minutes. Thread-safe.
 */
public final class GatewayClient {
    private final HttpTransport http;

    /**
     * A client without credentials.
     *
     * @param server base address, as {@code http://127.0.0.1:8080}
     */
    public GatewayClient(URI server) {
        this(server, Credentials.NONE);
    }

    /**
     * A client with credentials.
     *
     * @param server base address, as {@code https://pitlane.example:8443}
     * @param credentials sent with every request
     */
    public GatewayClient(URI server, Credentials credentials) {
        this.http = new HttpTransport(server, credentials);
    }

    /** Base address of the gateway. */
    public URI server() {
        return http.server();
    }

    /** Address of the first page of the board, for a browser. */
    public URI board() {
        return server().resolve("/runs");
    }

    /** Address of the page of a run, for a browser. */
    public URI page(String runId) {
        return server().resolve("/runs/" + HttpTransport.segment(runId));
    }

    /** Whether the gateway responds and is ready; never throws. */
    public boolean isReady() {
        return http.probe("/q/health/ready");
    }

    /** Upload and lookup of models and data. */
    public ArtifactClient artifacts() {
        return new ArtifactClient(http);
    }

    /** Runs with their reports and models. */
    public RunClient runs() {
        return new RunClient(http);
    }

    /** Registered plans, and the triggers that start them. */
    public PlanClient plans() {
        return new PlanClient(http);
    }
}
