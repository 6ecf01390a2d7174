package io.pitlane.pipeline.trial;

import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.SearchEnd;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.placement.GroupAssignments;
import io.pitlane.pipeline.topics.TopicReplay;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** One search on the topics of trials and of scores. */
final class KafkaTrialSearch implements TrialSearch {
    private static final Logger LOG = Logger.getLogger(KafkaTrialSearch.class);

    /** The clocks of the gateway and of the coordinator differ by less. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofHours(1);

    private final Job job;
    private final EventRecords events;
    private final EventSender sender;
    private final Admin admin;
    private final GroupAssignments replicas;
    private final TopicReplay trialLog;
    private final TopicReplay scoreLog;
    private final Map<String, PublishedTrial> published = new LinkedHashMap<>();
    private final Map<String, TrialScore> scores = new LinkedHashMap<>();
    private boolean ended;

    /** A trial, its partition, and its time in milliseconds since the epoch. */
    private record PublishedTrial(Trial trial, int partition, long timestamp) {}

    KafkaTrialSearch(
            Job job,
            Map<String, Object> client,
            Topics topics,
            EventRecords events,
            EventSender sender,
            Admin admin,
            Duration patience) {
        this.job = job;
        this.events = events;
        this.sender = sender;
        this.admin = admin;
        this.replicas =
                new GroupAssignments(admin, topics.trials(), TrialExchange.consumerGroup(topics));
        this.trialLog = new TopicReplay(client, topics.trials(), patience, this::acceptTrial);
        this.scoreLog = new TopicReplay(client, topics.scores(), patience, this::acceptScore);
    }

    /** Reads what predecessors published; reopens the search where it had ended. */
    void resume() {
        trialLog.skipTo(job.submittedAt().minus(MAX_CLOCK_SKEW));
        trialLog.catchUp();
        scoreLog.catchUp();
        if (ended) {
            sender.send(events.searchEndTombstone(job));
        }
    }

    private void acceptTrial(ConsumerRecord<String, byte[]> record) {
        if (isOwn(record) && record.value() != null) {
            read(record, Trial.class, trial -> isOwn(trial.job()))
                    .forEach(trial -> add(trial, record.partition(), record.timestamp()));
        }
    }

    private void acceptScore(ConsumerRecord<String, byte[]> record) {
        if (SearchEnd.key(job).equals(record.key())) {
            ended = record.value() != null;
        } else if (isOwn(record) && record.value() != null) {
            read(record, TrialScore.class, score -> score.runId().equals(job.runId()))
                    .forEach(score -> scores.putIfAbsent(score.key(), score));
        }
    }

    private boolean isOwn(ConsumerRecord<String, byte[]> record) {
        return record.key() != null && record.key().startsWith(SearchEnd.key(job) + ":");
    }

    private boolean isOwn(Job other) {
        return other.runId().equals(job.runId()) && other.step() == job.step();
    }

    private static <T> Stream<T> read(
            ConsumerRecord<String, byte[]> record, Class<T> type, Predicate<T> expected) {
        try {
            return Stream.of(ContractJson.MAPPER.readValue(record.value(), type)).filter(expected);
        } catch (IOException e) {
            LOG.warnf("%s of %s cannot be read: %s", record.key(), record.topic(), e.getMessage());
            return Stream.empty();
        }
    }

    private void add(Trial trial, int partition, long timestamp) {
        published.putIfAbsent(trial.key(), new PublishedTrial(trial, partition, timestamp));
    }

    @Override
    public List<TrialScore> scores() {
        return scores.values().stream().flatMap(this::withGenome).toList();
    }

    /** A trial that its replica could not read has a score without its architecture. */
    private Stream<TrialScore> withGenome(TrialScore score) {
        if (score.genome() != null) {
            return Stream.of(score);
        }
        return Stream.ofNullable(published.get(score.key()))
                .map(known -> score.toBuilder().genome(known.trial().genome()).build());
    }

    @Override
    public List<Trial> pending() {
        return unscored()
                .sorted(Comparator.comparingLong(PublishedTrial::timestamp))
                .map(PublishedTrial::trial)
                .toList();
    }

    private Stream<PublishedTrial> unscored() {
        return published.values().stream().filter(p -> !scores.containsKey(p.trial().key()));
    }

    @Override
    public int replicas() {
        return replicas.current().size();
    }

    @Override
    public void publish(Trial trial) {
        if (published.containsKey(trial.key())) {
            return;
        }
        if (scores.containsKey(trial.key())) {
            add(trial, 0, Instant.now().toEpochMilli());
            return;
        }
        var partition = leastLoaded();
        sender.send(events.trial(trial, partition));
        add(trial, partition, Instant.now().toEpochMilli());
    }

    /** Of the replica with the fewest pending trials, the partition with the fewest. */
    private int leastLoaded() {
        var assignment =
                replicas.current().stream()
                        .min(Comparator.comparingLong(this::pendingIn))
                        .orElseThrow();
        return assignment.stream()
                .min(Comparator.comparingLong(p -> pendingIn(Set.of(p))))
                .orElseThrow();
    }

    private long pendingIn(Set<Integer> partitions) {
        return unscored().filter(p -> partitions.contains(p.partition())).count();
    }

    @Override
    public boolean await(Duration atMost) {
        var before = scores.size();
        var end = Instant.now().plus(atMost);
        for (var left = atMost; !left.isNegative() && scores.size() == before; ) {
            scoreLog.poll(left);
            left = Duration.between(Instant.now(), end);
        }
        return scores.size() > before;
    }

    @Override
    public void close() {
        trialLog.close();
        scoreLog.close();
        admin.close();
    }
}
