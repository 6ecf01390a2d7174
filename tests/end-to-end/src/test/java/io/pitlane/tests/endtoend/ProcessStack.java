package io.pitlane.tests.endtoend;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The stack that {@code pitlane up} runs. */
final class ProcessStack implements Stack {
    private final PitlaneProcess up;

    ProcessStack(Path work, Map<String, String> environment) {
        up = PitlaneProcess.start(work, environment, "up", "--state", "state", "--port", "0");
        await().atMost(Duration.ofMinutes(2)).until(() -> up.printed().contains("Ready at"));
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("PITLANE_SERVER", up.printed().replaceAll("(?s).*Ready at (\\S+).*", "$1"));
    }

    @Override
    public StackTopics topics() {
        var service = PitlaneProcess.commandLine(up.descendants("bench-service").get(0));
        return new StackTopics(service.replaceAll(".*-Dkafka.bootstrap.servers=(\\S+) .*", "$1"));
    }

    @Override
    public void killInMidStep(String service) {
        up.killInMidStep(service);
    }

    @Override
    public void close() {
        up.close();
    }
}
