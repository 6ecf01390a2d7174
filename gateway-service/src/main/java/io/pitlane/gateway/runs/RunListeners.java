package io.pitlane.gateway.runs;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import java.util.ArrayList;
import java.util.List;

/** Passes events to listeners, each of which may remove itself. Not thread-safe. */
final class RunListeners implements RunListener {
    private final List<RunListener> listeners = new ArrayList<>();

    void add(RunListener listener) {
        listeners.add(listener);
    }

    void remove(RunListener listener) {
        listeners.remove(listener);
    }

    void clear() {
        listeners.clear();
    }

    @Override
    public void state(RunState state) {
        List.copyOf(listeners).forEach(listener -> listener.state(state));
    }

    @Override
    public void progress(Progress progress) {
        List.copyOf(listeners).forEach(listener -> listener.progress(progress));
    }
}
