package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.FailureException;
import java.util.Locale;

/**
 * The largest archive that is unpacked, so that a hostile one cannot fill a disk.
 *
 * @param maxBytes of all unpacked files together
 * @param maxEntries files and folders
 * @param action what to do about an archive that unpacks to more bytes
 */
public record ArchiveLimits(long maxBytes, int maxEntries, String action) {
    /** What a reader is told who may raise the limit. */
    public static final String RAISE =
            "Pack less, or raise pitlane.artifact.max-unpacked (PITLANE_ARTIFACT_MAX_UNPACKED) at"
                    + " the gateway and at every stage.";

    private static final int FILES_OF_A_MODEL = 10_000;
    private static final int FILES_OF_DATA = 2_000_000;

    /**
     * For the archive of a model or of data: what its reference says that it unpacks to, as far as
     * this service allows that.
     *
     * @param maxUnpacked {@code pitlane.artifact.max-unpacked}; the limit, too, where the reference
     *     does not say
     * @throws FailureException INVALID_INPUT when it is larger by its own account
     */
    public static ArchiveLimits of(ArtifactRef ref, long maxUnpacked) {
        var entries = ref.kind() == ArtifactRef.Kind.DATA ? FILES_OF_DATA : FILES_OF_A_MODEL;
        if (ref.unpackedBytes() == 0) {
            return new ArchiveLimits(maxUnpacked, entries, RAISE);
        }
        if (ref.unpackedBytes() > maxUnpacked) {
            throw FailureException.invalidInput(
                    "The %s %s unpacks to %d bytes, and pitlane.artifact.max-unpacked allows %d."
                            .formatted(
                                    ref.kind().name().toLowerCase(Locale.ROOT),
                                    ref.digest(),
                                    ref.unpackedBytes(),
                                    maxUnpacked),
                    RAISE);
        }
        return new ArchiveLimits(
                ref.unpackedBytes(),
                entries,
                "That is more than its reference says. Upload it again and start a new run.");
    }

    /** For the archive of a model that no reference describes. */
    public static ArchiveLimits model(long maxUnpacked) {
        return new ArchiveLimits(maxUnpacked, FILES_OF_A_MODEL, RAISE);
    }

    /** For an archive that was packed without compression: it holds no more than its own size. */
    public static ArchiveLimits stored(ArtifactRef ref) {
        return new ArchiveLimits(
                ref.sizeBytes(), FILES_OF_A_MODEL, "It was not packed by a stage of Pitlane.");
    }
}
