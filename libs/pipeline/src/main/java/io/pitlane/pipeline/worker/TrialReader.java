package io.pitlane.pipeline.worker;

import io.pitlane.contract.search.Trial;
import io.pitlane.pipeline.handover.MalformedMessageException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads and validates trials for one stage. */
final class TrialReader {
    private final MessageReader<Trial> messages = new MessageReader<>("trial", Trial.class);
    private final JobReader jobs;

    TrialReader(JobReader jobs) {
        this.jobs = jobs;
    }

    /** A trial that is complete and in range. */
    Trial read(ConsumerRecord<String, byte[]> message) throws MalformedMessageException {
        var trial = messages.read(message);
        if (trial.job() == null) {
            throw new MalformedMessageException("has no job", null);
        }
        jobs.check(trial.job());
        if (trial.genome() == null || trial.epochs() < 0) {
            throw new MalformedMessageException("has no architecture or no number of epochs", null);
        }
        return trial;
    }
}
