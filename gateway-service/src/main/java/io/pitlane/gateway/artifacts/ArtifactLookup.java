package io.pitlane.gateway.artifacts;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.validation.Problems;
import io.pitlane.gateway.topics.CaughtUpView;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the uploaded artifacts that requests name by digest, whichever gateway received them. */
@Singleton
public class ArtifactLookup {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final ArtifactIndex index;
    private final CaughtUpView view;
    private final String topic;

    ArtifactLookup(ArtifactIndex index, CaughtUpView view, Topics topics) {
        this.index = index;
        this.view = view;
        this.topic = topics.artifactIndex();
    }

    /** The artifact with this digest, if it was uploaded and has not expired from the log. */
    public Optional<ArtifactRef> find(String digest) {
        return view.find(topic, () -> index.find(digest));
    }

    /**
     * The artifact whose digest a field holds.
     *
     * @param problems receives the problem when there is none of that kind
     * @return null when there is none
     */
    public ArtifactRef require(
            String digest, ArtifactRef.Kind kind, String field, Problems problems) {
        var what = kind.name().toLowerCase(Locale.ROOT);
        if (!problems.present(digest, field, "name the digest of the uploaded " + what)) {
            return null;
        }
        if (!DIGEST.matcher(digest).matches()) {
            problems.at(field)
                    .add(
                            "is no digest: write the 64 lower-case hexadecimal digits that the"
                                    + " upload answered with");
            return null;
        }
        var known = find(digest);
        problems.require(
                known.isPresent(),
                field,
                "there is no artifact with digest '"
                        + digest
                        + "': it was not uploaded, or has expired; upload it first");
        known.ifPresent(
                ref ->
                        problems.require(
                                ref.kind() == kind,
                                field,
                                "'"
                                        + digest
                                        + "' was uploaded as another kind; upload it as "
                                        + what));
        return known.filter(ref -> ref.kind() == kind).orElse(null);
    }
}
