package io.pitlane.cli.client;

import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.run.Trigger;
import java.util.List;
import java.util.Map;

/** The registered plans of a gateway. See {@link GatewayClient} for the errors. */
public final class PlanClient {
    private static final String PLANS = "/api/plans";

    private final HttpTransport http;

    PlanClient(HttpTransport http) {
        this.http = http;
    }

    /**
     * Registers the plan of a model, in place of the one before.
     *
     * @param plan YAML or JSON
     * @param data digest of uploaded data
     */
    public RegisteredPlan register(String model, String plan, String data) {
        var request =
                http.request(path(model))
                        .header("Content-Type", "application/json")
                        .PUT(HttpTransport.json(Map.of("plan", plan, "data", data)));
        return HttpTransport.read(http.sendSuccessfully(request), RegisteredPlan.class);
    }

    /** Every registered plan, by the name of its model. */
    public List<RegisteredPlan> list() {
        return http.list(PLANS, RegisteredPlan.class);
    }

    /** Removes the plan of a model. */
    public void remove(String model) {
        http.sendSuccessfully(http.request(path(model)).DELETE());
    }

    /**
     * Starts the plan that is registered for a model.
     *
     * @param id of the event; the same id twice starts one run
     * @return id of the run
     */
    public String trigger(String id, Trigger trigger) {
        var request =
                http.request("/api/triggers")
                        .header("Content-Type", "application/cloudevents+json")
                        .POST(HttpTransport.json(event(id, trigger)));
        var response = http.sendSuccessfully(request);
        return response.headers()
                .firstValue("Location")
                .map(location -> location.substring(location.lastIndexOf('/') + 1))
                .orElseThrow(() -> UnreadableResponse.of(response, null));
    }

    private static Map<String, Object> event(String id, Trigger trigger) {
        return Map.of(
                "specversion",
                "1.0",
                "id",
                id,
                "source",
                "/pitlane/cli/" + HttpTransport.segment(trigger.model()),
                "type",
                Trigger.TYPE,
                "data",
                trigger);
    }

    private static String path(String model) {
        return PLANS + "/" + HttpTransport.segment(model);
    }
}
