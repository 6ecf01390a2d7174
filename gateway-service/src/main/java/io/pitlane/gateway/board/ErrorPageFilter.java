package io.pitlane.gateway.board;

import io.pitlane.gateway.errors.ApiError;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Shows errors as pages to those who ask for pages. */
class ErrorPageFilter {

    @ServerResponseFilter
    void show(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof ApiError error
                && request.getAcceptableMediaTypes().contains(MediaType.TEXT_HTML_TYPE)) {
            response.setEntity(
                    Templates.error(error, response.getStatus()).render(),
                    new Annotation[0],
                    MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"));
        }
    }
}
