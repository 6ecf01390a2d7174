package io.pitlane.cli.client;

import io.pitlane.contract.artifact.ArtifactRef;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Uploads and looks up the artifacts of a gateway. See {@link GatewayClient} for the errors. */
public final class ArtifactClient {
    private static final String ARTIFACTS = "/api/artifacts";
    private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(30);

    private final HttpTransport http;

    ArtifactClient(HttpTransport http) {
        this.http = http;
    }

    /**
     * The artifact with this digest, if the gateway has it.
     *
     * @param digest SHA-256 of the packed file, 64 lower-case hex digits
     */
    public Optional<ArtifactRef> find(String digest) {
        var response = http.send(http.request(ARTIFACTS + "/" + digest).GET());
        return response.statusCode() == 404
                ? Optional.empty()
                : Optional.of(
                        HttpTransport.read(
                                HttpTransport.requireSuccess(response), ArtifactRef.class));
    }

    /**
     * Uploads a packed folder.
     *
     * @param file a .tar.gz
     */
    public ArtifactRef upload(ArtifactRef.Kind kind, Path file) {
        var path = ARTIFACTS + "?kind=" + kind.name().toLowerCase(Locale.ROOT);
        try {
            var request =
                    http.streaming(path)
                            .timeout(UPLOAD_TIMEOUT)
                            .header("Content-Type", "application/gzip")
                            .POST(BodyPublishers.ofFile(file));
            return HttpTransport.read(http.sendSuccessfully(request), ArtifactRef.class);
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Uploads a packed folder, unless the gateway has it as this kind.
     *
     * @param digest of the file
     */
    public void uploadIfMissing(ArtifactRef.Kind kind, String digest, Path file) {
        if (find(digest).filter(ref -> ref.kind() == kind).isEmpty()) {
            upload(kind, file);
        }
    }
}
