package io.pitlane.gateway.artifacts;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Topics;
import io.pitlane.gateway.topics.EventProducer;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where each uploaded artifact stands in the log, by digest. A compacted topic of small records
 * remembers it, because finding out from the log itself would mean reading every chunk.
 *
 * <p>An artifact is indexed after it is stored: a gateway that dies in between forgets it, and the
 * next upload stores a second copy, which harms nobody. Holds about 300 bytes an artifact.
 * Thread-safe.
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

    /** Takes what the topic remembers. */
    public void accept(ArtifactRef ref) {
        refs.put(ref.digest(), ref);
    }

    /** The artifact of that digest, unless it never came or has expired from the log. */
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
