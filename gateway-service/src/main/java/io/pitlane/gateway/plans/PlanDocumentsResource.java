package io.pitlane.gateway.plans;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.PlanSchema;
import io.pitlane.contract.plan.PlanWriter;
import io.pitlane.contract.validation.Problems.Problem;
import io.pitlane.gateway.requests.JsonRequest;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What helps to write a plan: its schema, and a check that starts nothing. */
@Path("/api")
@Tag(name = "Plans")
@Blocking
class PlanDocumentsResource {
    private static final String SCHEMA_TYPE = "application/schema+json";
    private static final String FORM = "{\"plan\": \"<YAML or JSON as text>\"}";

    /** The body of a check, for OpenAPI. */
    record CheckRequest(String plan) {}

    /**
     * A plan as it was understood.
     *
     * @param document its fields; null where the text cannot be read
     * @param yaml the same as YAML; null likewise
     * @param problems everything that is wrong with it
     */
    record CheckedPlan(JsonNode document, String yaml, List<Problem> problems) {}

    @GET
    @Path("plan-schema")
    @Produces({SCHEMA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(summary = "The JSON Schema of a plan, with defaults, ranges and descriptions")
    @APIResponse(
            responseCode = "200",
            description = "JSON Schema, draft-07",
            content = @Content(mediaType = SCHEMA_TYPE))
    public String schema() {
        return PlanSchema.json();
    }

    @POST
    @Path("plan-check")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Check a plan, and convert it to JSON and YAML; starts nothing")
    @RequestBody(content = @Content(schema = @Schema(implementation = CheckRequest.class)))
    @APIResponse(responseCode = "200", description = "The plan, and every wrong field of it")
    @APIResponse(responseCode = "400", description = "The request is no JSON object")
    public CheckedPlan check(InputStream body) throws IOException {
        var text = JsonRequest.read(body, Set.of("plan"), FORM).document("plan");
        var problems = new ArrayList<Problem>();
        SubmittedPlan.read(text, problems);
        var document = tree(text);
        return new CheckedPlan(
                document, document == null ? null : PlanWriter.write(document), problems);
    }

    private static JsonNode tree(String text) {
        if (text == null) {
            return null;
        }
        try {
            var tree = ContractJson.PLAN_MAPPER.readTree(text);
            return tree.isObject() ? tree : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
