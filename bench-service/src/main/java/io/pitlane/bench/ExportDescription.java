package io.pitlane.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.graph.FlatGraph;
import io.pitlane.pipeline.stage.StageTask;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;

/** What the exported files of a run say about themselves. */
final class ExportDescription {
    private ExportDescription() {}

    /**
     * The metadata of the candidate's exports.
     *
     * @param classNames in the order of the outputs; empty where classes have no names
     */
    static ExportMetadata of(StageTask task, FlatGraph candidate, List<String> classNames) {
        var plan = task.plan();
        var properties = new HashMap<String, String>();
        properties.put(ExportMetadata.MODEL_DIGEST, task.current().digest());
        properties.put(
                ExportMetadata.MODEL_SOURCE,
                Path.of(plan.model()).normalize().getFileName().toString());
        properties.put(ExportMetadata.SIGNATURE, candidate.signature().key());
        properties.put(ExportMetadata.RUN, task.runId());
        properties.put(ExportMetadata.PLAN, plan.name());
        properties.put(ExportMetadata.PREPROCESSING, json(DeliveredInput.of(task).remaining()));
        if (!classNames.isEmpty()) {
            properties.put(ExportMetadata.CLASSES, json(classNames));
        }
        return ExportMetadata.of(properties);
    }

    private static String json(Object value) {
        try {
            return ContractJson.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
