package io.pitlane.k8s;

import io.pitlane.contract.step.StageName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The names of all services. */
final class Services {
    static final String GATEWAY = "gateway";

    private Services() {}

    static List<String> stages() {
        return Arrays.stream(StageName.values()).map(StageName::label).toList();
    }

    static List<String> all() {
        var all = new ArrayList<>(stages());
        all.add(GATEWAY);
        return List.copyOf(all);
    }
}
