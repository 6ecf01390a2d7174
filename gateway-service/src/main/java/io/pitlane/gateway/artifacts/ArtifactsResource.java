package io.pitlane.gateway.artifacts;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.gateway.errors.ApiException;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Upload and lookup of models and data. */
@Path("/api/artifacts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Artifacts", description = "Models and data to work on, packed as tar.gz")
@Blocking
class ArtifactsResource {
    private final UploadHandler uploads;
    private final ArtifactLookup artifacts;

    ArtifactsResource(UploadHandler uploads, ArtifactLookup artifacts) {
        this.uploads = uploads;
        this.artifacts = artifacts;
    }

    @POST
    @Consumes({"application/gzip", "application/x-gzip", MediaType.APPLICATION_OCTET_STREAM})
    @Operation(summary = "Upload a packed model or data set; the same bytes are stored only once")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/gzip",
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "200", description = "The reference of the artifact in the log")
    @APIResponse(responseCode = "400", description = "The kind is unknown or the body is not gzip")
    @APIResponse(responseCode = "413", description = "The body is larger than allowed")
    @APIResponse(responseCode = "503", description = "Too many uploads at a time")
    @APIResponse(responseCode = "507", description = "The gateway's disk is full")
    public ArtifactRef upload(
            @RestQuery String kind, @HeaderParam("Content-Length") Long length, InputStream body) {
        var known = kind(kind);
        return uploads.receive(known, length == null ? 0 : length, body);
    }

    @GET
    @Path("{digest}")
    @Operation(summary = "The reference of an uploaded artifact in the log")
    @APIResponse(responseCode = "200", description = "It need not be uploaded again")
    @APIResponse(responseCode = "404", description = "It was not uploaded, or has expired")
    public ArtifactRef find(@RestPath String digest) {
        return artifacts
                .find(digest)
                .orElseThrow(
                        () ->
                                new ApiException(
                                        Status.NOT_FOUND,
                                        "There is no artifact with digest '" + digest + "'.",
                                        "Upload it with POST /api/artifacts."));
    }

    private static ArtifactRef.Kind kind(String written) {
        if ("model".equals(written)) {
            return ArtifactRef.Kind.MODEL;
        }
        if ("data".equals(written)) {
            return ArtifactRef.Kind.DATA;
        }
        throw new ApiException(
                Status.BAD_REQUEST,
                written == null
                        ? "The parameter kind is missing."
                        : "'" + written + "' is no kind.",
                "Say ?kind=model or ?kind=data.");
    }
}
