package io.pitlane.report;

import io.pitlane.contract.report.Report;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The machine, the software and the data of the measurements. */
final class EnvironmentSection {
    private EnvironmentSection() {}

    static String render(Report report) {
        var facts = machine(report.environment());
        facts.put("Training images", String.valueOf(report.data().trainSamples()));
        facts.put("Test images", String.valueOf(report.data().testSamples()));
        facts.put("Data digest", report.data().digest());
        facts.put("Seed", String.valueOf(report.plan().seed()));
        return facts.entrySet().stream()
                .map(
                        fact ->
                                "<dt>%s</dt><dd>%s</dd>\n"
                                        .formatted(
                                                Html.escape(fact.getKey()),
                                                Html.escape(fact.getValue())))
                .collect(
                        Collectors.joining(
                                "",
                                "<section>\n<h2>Measured on</h2>\n<dl>\n",
                                "</dl>\n</section>\n"));
    }

    /** The machine and the software, by what each is called. */
    static Map<String, String> machine(Report.Environment environment) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Processor", environment.cpu());
        facts.put("Instruction sets", String.join(" ", environment.cpuFlags()));
        facts.put("Graphics", gpu(environment.gpu()));
        facts.put("Threads", String.valueOf(environment.threads()));
        facts.put("TensorFlow", environment.tensorflow());
        facts.put("oneDNN", oneDnn(environment));
        facts.put("Java", environment.java());
        facts.put("System", environment.os());
        return facts;
    }

    private static String gpu(Report.Gpu gpu) {
        if (gpu == null) {
            return "none";
        }
        var driver = gpu.driver() == null ? "unknown" : gpu.driver();
        return "%s, driver %s, sharing: %s".formatted(gpu.name(), driver, gpu.sharing());
    }

    private static String oneDnn(Report.Environment environment) {
        var setting = environment.oneDnn() ? "on" : "off";
        return environment.isa() == null ? setting : setting + ", up to " + environment.isa();
    }
}
