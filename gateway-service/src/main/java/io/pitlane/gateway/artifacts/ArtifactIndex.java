package io.pitlane.gateway.artifacts;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.gateway.topics.EventProducer;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The references of the uploaded artifacts, by digest. They are stored in a compacted topic,
 * because reading them from the log itself would mean reading every chunk.
 *
 * <p>An artifact is indexed after it is stored: when a gateway dies in between, or another one
 * receives the same bytes meanwhile, a second copy is stored, which is harmless. Uses about 300
 * bytes per artifact. Thread-safe.
 */
@Singleton
public class ArtifactIndex {
    private final Map<String, ArtifactRef> refs = new ConcurrentHashMap<>();
    private final ArtifactLogStart logStart;
    private final EventProducer events;
    private final Topics topics;

    ArtifactIndex(ArtifactLogStart logStart, EventProducer events, Topics topics) {
        this.logStart = logStart;
        this.events = events;
        this.topics = topics;
    }

    /** Applies a record of the topic. */
    public void accept(ArtifactRef ref) {
        refs.put(ref.digest(), ref);
    }

    /** The artifact with this digest, if it was uploaded and has not expired from the log. */
    public Optional<ArtifactRef> find(String digest) {
        return Optional.ofNullable(digest).map(refs::get).filter(this::isRetained);
    }

    void store(ArtifactRef ref) {
        events.publish(List.of(IndexRecords.of(ref, topics.artifactIndex())));
        accept(ref);
    }

    private boolean isRetained(ArtifactRef ref) {
        return ref.firstOffset() >= logStart.of(ref.partition());
    }
}
