package io.pitlane.gateway.descriptions;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.gateway.artifacts.ArtifactLookup;
import io.pitlane.gateway.errors.ApiException;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** What an uploaded model is made of, and what each technique can do with it. */
@Path("/api/artifacts/{digest}/description")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Artifacts")
@Blocking
class DescriptionResource {
    private final ArtifactLookup artifacts;
    private final ModelDescriptions descriptions;

    DescriptionResource(ArtifactLookup artifacts, ModelDescriptions descriptions) {
        this.artifacts = artifacts;
        this.descriptions = descriptions;
    }

    @GET
    @Operation(
            summary = "Describe an uploaded model, with each technique's advice",
            description =
                    "As 'pitlane inspect MODEL --json'. The first time it takes some seconds.")
    @APIResponse(
            responseCode = "200",
            description = "Signature, layers, parameters, MACs, and the techniques' advice",
            content = @Content(schema = @Schema(implementation = Object.class)))
    @APIResponse(responseCode = "404", description = "There is no such model")
    @APIResponse(responseCode = "422", description = "The model cannot be read")
    @APIResponse(responseCode = "501", description = "This gateway describes no models")
    @APIResponse(responseCode = "503", description = "Others wait for the same; try again")
    public JsonNode describe(@RestPath String digest) {
        var model =
                artifacts
                        .find(digest)
                        .filter(artifact -> artifact.kind() == ArtifactRef.Kind.MODEL)
                        .orElseThrow(
                                () ->
                                        new ApiException(
                                                Status.NOT_FOUND,
                                                "There is no model with digest '" + digest + "'.",
                                                "Upload it with POST /api/artifacts?kind=model."));
        return descriptions.of(model);
    }
}
