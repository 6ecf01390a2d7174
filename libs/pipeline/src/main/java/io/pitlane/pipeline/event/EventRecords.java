package io.pitlane.pipeline.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.CachedResult;
import io.pitlane.contract.run.Cancellation;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.search.SearchEnd;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Events as records of their topics: JSON in the binary mode of CloudEvents, type {@code
 * io.pitlane.<what>.v1}. The key is the run id unless stated otherwise.
 */
public final class EventRecords {
    private final Topics topics;
    private final String source;

    /**
     * Events from one service.
     *
     * @param source its name, such as {@code prune}
     */
    public EventRecords(Topics topics, String source) {
        this.topics = topics;
        this.source = "/pitlane/" + source;
    }

    /** The job on its stage's topic, in the partition of its key. */
    public ProducerRecord<String, byte[]> job(Job job) {
        return job(job, OptionalInt.empty());
    }

    /**
     * The job on its stage's topic.
     *
     * @param partition that of its key when empty
     */
    public ProducerRecord<String, byte[]> job(Job job, OptionalInt partition) {
        var topic = topics.jobs(job.plan().steps().get(job.step()).stage());
        var number = partition.isPresent() ? Integer.valueOf(partition.getAsInt()) : null;
        var record = new ProducerRecord<>(topic, number, job.runId(), json(job));
        return described(record, "job", job.runId());
    }

    /** The state on the runs topic. */
    public ProducerRecord<String, byte[]> state(RunState state) {
        return record(topics.runs(), "run", state.runId(), state);
    }

    /**
     * The result of a step on the step cache, in place of the one before.
     *
     * @param key what the result depends on
     */
    public ProducerRecord<String, byte[]> cachedResult(String key, CachedResult result) {
        var record = new ProducerRecord<>(topics.stepCache(), key, json(result));
        return described(record, "cached-result", result.runId());
    }

    /** The progress on its topic. */
    public ProducerRecord<String, byte[]> progress(Progress progress) {
        return record(topics.progress(), "progress", progress.runId(), progress);
    }

    /** The result on the results topic. */
    public ProducerRecord<String, byte[]> result(RunResult result) {
        return record(topics.results(), "result", result.report().run(), result);
    }

    /** The result of a run whose candidate passed, and is approved where it must be. */
    public ProducerRecord<String, byte[]> released(RunResult result) {
        return record(topics.released(), "released", result.report().run(), result);
    }

    /** The request to cancel a run on its topic. */
    public ProducerRecord<String, byte[]> cancellation(Cancellation cancellation) {
        return record(topics.cancellations(), "cancellation", cancellation.runId(), cancellation);
    }

    /** The decision on the candidate of a run on its topic. */
    public ProducerRecord<String, byte[]> approval(Approval approval) {
        return record(topics.approvals(), "approval", approval.runId(), approval);
    }

    /** The failure on its topic. */
    public ProducerRecord<String, byte[]> failure(Failure failure) {
        return record(topics.failures(), "failure", failure.runId(), failure);
    }

    /** The checkpoint of a job's step on its topic, in place of the one before. */
    public ProducerRecord<String, byte[]> checkpoint(Job job, Checkpoint checkpoint) {
        var record =
                new ProducerRecord<>(topics.checkpoints(), Checkpoint.key(job), json(checkpoint));
        return described(record, "checkpoint", job.runId());
    }

    /** Removes the checkpoint of a job's step from its topic, when the step ends. */
    public ProducerRecord<String, byte[]> checkpointTombstone(Job job) {
        return new ProducerRecord<>(topics.checkpoints(), Checkpoint.key(job), null);
    }

    /** The trial on its topic. */
    public ProducerRecord<String, byte[]> trial(Trial trial, int partition) {
        var record = new ProducerRecord<>(topics.trials(), partition, trial.key(), json(trial));
        return described(record, "trial", trial.job().runId());
    }

    /** The score on its topic. */
    public ProducerRecord<String, byte[]> score(TrialScore score) {
        var record = new ProducerRecord<>(topics.scores(), score.key(), json(score));
        return described(record, "score", score.runId());
    }

    /** The end of a job's search on the scores topic. */
    public ProducerRecord<String, byte[]> searchEnd(Job job) {
        var end = new SearchEnd(job.runId(), job.step(), Instant.now());
        var record = new ProducerRecord<>(topics.scores(), SearchEnd.key(job), json(end));
        return described(record, "search-end", job.runId());
    }

    /** Removes the end of a job's search from the scores topic, when the search is resumed. */
    public ProducerRecord<String, byte[]> searchEndTombstone(Job job) {
        return new ProducerRecord<>(topics.scores(), SearchEnd.key(job), null);
    }

    private ProducerRecord<String, byte[]> record(
            String topic, String what, String runId, Object event) {
        return described(new ProducerRecord<>(topic, runId, json(event)), what, runId);
    }

    private ProducerRecord<String, byte[]> described(
            ProducerRecord<String, byte[]> record, String what, String runId) {
        attributes(what, runId)
                .forEach(
                        (name, value) ->
                                record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private Map<String, String> attributes(String what, String runId) {
        return Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                UUID.randomUUID().toString(),
                "ce_source",
                source,
                "ce_type",
                EventType.of(what),
                "ce_subject",
                runId,
                "ce_time",
                Instant.now().toString(),
                "content-type",
                "application/json");
    }

    private static byte[] json(Object event) {
        try {
            return ContractJson.MAPPER.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
