package io.pitlane.gateway.approvals;

import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.Approval.Decision;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.topics.CaughtUpView;
import io.pitlane.gateway.topics.ConsumedOffset;
import io.pitlane.gateway.topics.DeadLetters;
import io.pitlane.gateway.topics.EventProducer;
import io.pitlane.gateway.topics.RecordHandler;
import io.pitlane.pipeline.event.EventRecords;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Applies a decision on a candidate: publishes its release, where it is approved, and the state of
 * its run, in one transaction with the decision's offset. The first decision of a run counts, and
 * others lead to nothing: the topic of the decisions has one partition, and the runs topic, read to
 * its end, has everything that an earlier owner of the partition has committed.
 */
@Singleton
class ApprovalHandler implements RecordHandler {
    private static final Logger LOG = Logger.getLogger(ApprovalHandler.class);

    private final RunRegistry runs;
    private final CaughtUpView view;
    private final EventProducer producer;
    private final EventRecords events;
    private final DeadLetters deadLetters;
    private final Topics topics;

    ApprovalHandler(
            RunRegistry runs,
            CaughtUpView view,
            EventProducer producer,
            EventRecords events,
            DeadLetters deadLetters,
            Topics topics) {
        this.runs = runs;
        this.view = view;
        this.producer = producer;
        this.events = events;
        this.deadLetters = deadLetters;
        this.topics = topics;
    }

    @Override
    public String topic() {
        return topics.approvals();
    }

    @Override
    public boolean handle(ConsumerRecord<String, byte[]> record, ConsumedOffset offset) {
        var approval = parse(record.value());
        if (approval.isEmpty()) {
            deadLetters.send(record, "is no decision on the candidate of a run", offset);
            return true;
        }
        view.awaitCaughtUp(topics.results());
        view.awaitCaughtUp(topics.runs());
        var released = runs.state(approval.get().runId()).map(run -> decided(run, approval.get()));
        producer.publish(released.orElse(List.of()), offset);
        return true;
    }

    private List<ProducerRecord<String, byte[]>> decided(RunState run, Approval approval) {
        var result = runs.result(run.runId());
        if (!run.awaitsApproval() || result.isEmpty()) {
            LOG.infof(
                    "Run %s does not wait for a decision: that of %s changes nothing",
                    run.runId(), approval.by());
            return List.of();
        }
        LOG.infof(
                "The candidate of run %s is %s by %s",
                run.runId(), approval.decision().participle(), approval.by());
        var records = new ArrayList<ProducerRecord<String, byte[]>>();
        if (approval.decision() == Decision.APPROVE) {
            records.add(events.released(result.get().approvedBy(approval)));
        }
        records.add(events.state(run.toBuilder().approval(approval).build()));
        return List.copyOf(records);
    }

    private static Optional<Approval> parse(byte[] value) {
        try {
            var approval = ContractJson.MAPPER.readValue(value, Approval.class);
            return Optional.ofNullable(approval)
                    .filter(a -> a.runId() != null && a.decision() != null && a.by() != null);
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("No decision", e);
            return Optional.empty();
        }
    }
}
