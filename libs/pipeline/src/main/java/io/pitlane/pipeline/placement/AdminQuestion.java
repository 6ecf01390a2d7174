package io.pitlane.pipeline.placement;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;

/**
 * A question to the cluster.
 *
 * @param <T> the answer
 */
@FunctionalInterface
interface AdminQuestion<T> {

    T ask() throws InterruptedException, ExecutionException;

    /**
     * Asks, and waits for the answer.
     *
     * @param what is asked for, as the object of a sentence
     * @throws KafkaException when there is no answer
     */
    static <T> T answer(String what, AdminQuestion<T> question) {
        try {
            return question.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for " + what, e);
        } catch (ExecutionException e) {
            throw new KafkaException("the cluster does not tell " + what, e.getCause());
        }
    }
}
