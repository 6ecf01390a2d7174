package io.pitlane.gateway.board;

import io.pitlane.contract.run.RunState.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The address of a page of the list of runs; null for what it does not filter by.
 *
 * @param before the run after which the page starts; null for the first page
 */
record RunsAddress(String plan, String model, Status status, String before) {
    private static final String PATH = "/runs";

    RunsAddress withPlan(String other) {
        return new RunsAddress(other, model, status, null);
    }

    RunsAddress withModel(String other) {
        return new RunsAddress(plan, other, status, null);
    }

    RunsAddress withStatus(Status other) {
        return new RunsAddress(plan, model, other, null);
    }

    RunsAddress withBefore(String run) {
        return new RunsAddress(plan, model, status, run);
    }

    @Override
    public String toString() {
        var query = new LinkedHashMap<String, String>();
        query.put("plan", plan);
        query.put("model", model);
        query.put("status", status == null ? null : status.name().toLowerCase(Locale.ROOT));
        query.put("before", before);
        var text =
                query.entrySet().stream()
                        .filter(field -> field.getValue() != null)
                        .map(field -> field.getKey() + "=" + encoded(field))
                        .collect(Collectors.joining("&"));
        return text.isEmpty() ? PATH : PATH + "?" + text;
    }

    private static String encoded(Map.Entry<String, String> field) {
        return URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8);
    }
}
