package io.pitlane.tests.endtoend;

import java.util.Map;

/** Nothing that runs: the command line is left to bring up what it needs. */
final class NoStack implements Stack {

    @Override
    public Map<String, String> environment() {
        return Map.of();
    }

    @Override
    public StackTopics topics() {
        throw new UnsupportedOperationException("the command line's own stack ends with its run");
    }

    @Override
    public void killInMidStep(String service) {
        throw new UnsupportedOperationException("the command line's own stack ends with its run");
    }

    @Override
    public void close() {}
}
