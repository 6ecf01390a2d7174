package io.pitlane.tests.endtoend;

import java.nio.file.Path;
import java.util.Map;

/** The stack that {@code pitlane up} runs. */
final class ProcessStack implements Stack {
    private final PitlaneProcess up;
    private final String address;

    ProcessStack(Path work, Map<String, String> environment) {
        up = PitlaneProcess.start(work, environment, "up", "--state", "state", "--port", "0");
        address = up.awaitReady();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("PITLANE_SERVER", address);
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
