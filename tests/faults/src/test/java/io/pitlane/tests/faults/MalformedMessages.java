package io.pitlane.tests.faults;

import io.pitlane.contract.json.ContractJson;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Messages on a jobs topic that are no jobs, or none for this service. */
final class MalformedMessages {
    /** With a value of the same size, more than Kafka takes. */
    private static final int HUGE = 900 << 10;

    private MalformedMessages() {}

    static Stream<MalformedInput> all() {
        return Stream.concat(noJobs(), jobsThatCannotBe());
    }

    private static Stream<MalformedInput> noJobs() {
        return Stream.of(
                MalformedInput.message(
                        "not JSON", "is no job", run -> run.send("\u0000\u0001rubbish")),
                MalformedInput.message(
                        "cut off in the middle", "is no job", run -> run.send("{\"runId\": \"a")),
                MalformedInput.message(
                        "JSON of another shape", "is no job", run -> run.send("[1, 2]")),
                MalformedInput.message(
                        "a field of a wrong type",
                        "is no job: at step: ",
                        run ->
                                run.send(
                                        run.message(
                                                run.json(changed("\"step\":0", "\"step\":{}"))))),
                MalformedInput.message("no value", "is empty", run -> run.send(run.message(null))),
                MalformedInput.message(
                        "an empty value", "is no job", run -> run.send(run.message(new byte[0]))),
                MalformedInput.message(
                        "nested a hundred thousand deep",
                        "is no job",
                        run -> run.send("[".repeat(100_000))),
                MalformedInput.message(
                        "a header of 900 KB",
                        "is no job",
                        run -> run.send(withHeader(run.message(new byte[] {1}), HUGE))),
                MalformedInput.message(
                        "a header and a value that fill the message",
                        "is no job",
                        run -> run.send(withHeader(run.message(new byte[100_000]), HUGE))),
                MalformedInput.message(
                        "an event of an unknown version",
                        "is of type 'io.pitlane.job.v9'",
                        run ->
                                run.send(
                                        withType(
                                                run.message(
                                                        ContractJson.MAPPER.writeValueAsBytes(
                                                                run.job())),
                                                "io.pitlane.job.v9"))),
                MalformedInput.message(
                        "an event of another kind",
                        "is of type 'io.pitlane.result.v1'",
                        run ->
                                run.send(
                                        withType(
                                                run.message("{}".getBytes(StandardCharsets.UTF_8)),
                                                "io.pitlane.result.v1"))));
    }

    private static Stream<MalformedInput> jobsThatCannotBe() {
        return Stream.of(
                changed("no plan", "has no plan", "\"plan\":", "\"plam\":"),
                changed(
                        "no time of submission",
                        "does not say when",
                        "\"submittedAt\":",
                        "\"submitted\":"),
                changed("a step of an unknown stage", "polish", "\"prune\":", "\"polish\":"),
                changed(
                        "a step of another stage",
                        "is for distill, but this is prune",
                        "{\"prune\":{",
                        "{\"distill\":{}},{\"prune\":{"),
                changed("a step beyond the plan", "asks for step 9", "\"step\":0", "\"step\":9"),
                changed("a step below zero", "asks for step -1", "\"step\":0", "\"step\":-1"),
                changed(
                        "a plan of ten thousand steps",
                        "at most 32 steps, but there are 10001",
                        "\"steps\":[",
                        "\"steps\":["
                                + IntStream.range(0, 9_999)
                                        .mapToObj(i -> "{\"prune\":{\"ratio\":0.5}},")
                                        .collect(Collectors.joining())),
                changed("an option out of range", "ratio", "\"ratio\":0.5", "\"ratio\":7"),
                changed(
                        "data outside of the data artifact",
                        "data.train.images: must be a path inside",
                        "\"images\":\"images.gz\"",
                        "\"images\":\"../../etc/passwd\""),
                changed("no model", "has no model", "\"models\":[", "\"models\":[],\"x\":["),
                changed(
                        "a digest that is none",
                        "sound reference",
                        "\"digest\":\"",
                        "\"digest\":\"../"),
                changed(
                        "an offset below zero",
                        "sound reference",
                        "\"firstOffset\":",
                        "\"firstOffset\":-"),
                changed(
                        "a lineage of another length",
                        "does not tell how",
                        "\"lineage\":[]",
                        "\"lineage\":[null]"));
    }

    private static MalformedInput changed(String name, String says, String old, String changed) {
        return MalformedInput.message(
                name, says, run -> run.send(run.message(run.json(changed(old, changed)))));
    }

    private static UnaryOperator<String> changed(String old, String changed) {
        return json -> json.replaceFirst(Pattern.quote(old), changed);
    }

    private static ProducerRecord<String, byte[]> withHeader(
            ProducerRecord<String, byte[]> message, int bytes) {
        message.headers().add("x", new byte[bytes]);
        return message;
    }

    private static ProducerRecord<String, byte[]> withType(
            ProducerRecord<String, byte[]> message, String type) {
        message.headers().add("ce_type", type.getBytes(StandardCharsets.UTF_8));
        return message;
    }
}
