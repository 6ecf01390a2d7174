package io.pitlane.cli;

import io.pitlane.cli.plan.PlanFile;
import io.pitlane.cli.run.Compression;
import io.pitlane.cli.run.ResultsFolder;
import io.pitlane.cli.run.SeedStudy;
import io.pitlane.cli.run.Server;
import io.pitlane.cli.run.TransientStack;
import io.pitlane.cli.stack.Installation;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "compress",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a plan and writes the report, and the candidate in every format of the"
                    + " plan's 'deliver'.",
            "It uses the server that --server or PITLANE_SERVER names, else the stack that"
                    + " 'pitlane up' runs or is starting here, else a stack of its own for this"
                    + " one run.",
            "Exit code: 0 passed, 1 failed, 2 wrong input, 3 not passed."
        })
final class CompressCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PLAN",
            description =
                    "The plan, YAML or JSON. Relative paths in it are relative to its folder.")
    private Path plan;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where to write report.json, report.html and the candidate: model/,"
                            + " model.onnx, model.tflite, model.pitlane (else pitlane-out/<name of the"
                            + " plan>).")
    private Path out;

    @Option(
            names = "--seeds",
            paramLabel = "SEED",
            split = ",",
            description =
                    "Runs the plan once with each of these seeds in place of its own, writes each"
                            + " run's results to seed-SEED in the folder of --out, and shows the"
                            + " median and the range of the figures. Exit code 3 when one of the"
                            + " runs did not pass.")
    private List<Long> seeds = List.of();

    @Option(
            names = "--no-cache",
            description =
                    "Does every step, also where an earlier run on the same server has done the"
                            + " same with the same model and data. As 'cache: false' in the plan.")
    private boolean noCache;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var written = PlanFile.read(plan);
        var planFile = noCache ? written.withoutCache() : written;
        var folder = out == null ? Path.of("pitlane-out", planFile.plan().name()) : out;
        var named = server.named();
        Function<Consumer<String>, Server> servers =
                messages ->
                        named.or(() -> server.runningOrStarting(messages))
                                .<Server>map(Server.Running::new)
                                .orElseGet(
                                        () -> TransientStack.start(Installation.find(), messages));
        return run(planFile, folder, servers).stream().allMatch(r -> r.verdict().passed())
                ? ExitCode.OK
                : ExitCode.NOT_PASSED;
    }

    private List<Report> run(
            PlanFile planFile, Path folder, Function<Consumer<String>, Server> servers) {
        var terminal = spec.commandLine().getOut();
        if (seeds.isEmpty()) {
            var results = ResultsFolder.prepare(folder);
            return List.of(new Compression(planFile, results, terminal).run(servers));
        }
        if (Set.copyOf(seeds).size() < seeds.size()) {
            throw FailureException.invalidInput(
                    "--seeds: a seed is named twice", "Name each seed once.");
        }
        return new SeedStudy(planFile, folder, terminal).run(seeds, servers);
    }
}
