package io.pitlane.pipeline.worker;

import io.pitlane.contract.ContractJson;
import io.pitlane.contract.Trial;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the messages of the trials topic, and trusts none of them. */
final class TrialReader {
    private final JobReader jobs;

    TrialReader(JobReader jobs) {
        this.jobs = jobs;
    }

    /** A trial of which everything is there and in range. */
    Trial read(ConsumerRecord<String, byte[]> message) throws MalformedJobException {
        JobReader.checkType(message, "trial");
        var trial = parse(message.value());
        jobs.check(trial.job());
        if (trial.genome() == null || trial.epochs() < 0) {
            throw new MalformedJobException("has no architecture or no number of epochs", null);
        }
        return trial;
    }

    private static Trial parse(byte[] message) throws MalformedJobException {
        try {
            var trial =
                    message == null ? null : ContractJson.MAPPER.readValue(message, Trial.class);
            if (trial == null) {
                throw new MalformedJobException("is empty", null);
            }
            if (trial.job() != null) {
                return trial;
            }
        } catch (IOException | RuntimeException e) {
            throw new MalformedJobException("is no trial: " + JobReader.firstLine(e), null);
        }
        throw new MalformedJobException("has no job", null);
    }
}
