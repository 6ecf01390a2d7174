package io.pitlane.cli.run;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.plan.InputCheck;
import io.pitlane.cli.plan.PlanFile;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.report.Report;
import io.pitlane.report.SeedsTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One plan, run with several seeds on one server: shows how much of a figure is chance. The results
 * of seed 1 are written to the folder {@code seed-1}, and so on.
 */
public final class SeedStudy {
    private final PlanFile plan;
    private final Path folder;
    private final PrintWriter out;
    private final InputCheck inputCheck;

    /**
     * @param folder of the results of all seeds
     * @param out receives the progress and the figures
     */
    public SeedStudy(PlanFile plan, Path folder, PrintWriter out) {
        this(plan, folder, out, InstalledStages::checkInput);
    }

    SeedStudy(PlanFile plan, Path folder, PrintWriter out, InputCheck inputCheck) {
        this.plan = plan;
        this.folder = folder;
        this.out = out;
        this.inputCheck = inputCheck;
    }

    /**
     * Runs the plan with one seed after the other, and shows the figures of all runs in one table.
     *
     * @param seeds in place of the plan's own
     * @param servers as in {@link Compression#run}; called once
     * @return the report of each run, in the order of the seeds
     * @throws io.pitlane.contract.failure.FailureException when the input is wrong or a run fails;
     *     the results of the runs before it are kept
     */
    public List<Report> run(List<Long> seeds, Function<Consumer<String>, Server> servers) {
        var results =
                seeds.stream()
                        .map(s -> ResultsFolder.prepare(folder.resolve("seed-" + s)))
                        .toList();
        try (var shared = new SharedServer(servers)) {
            var reports = new ArrayList<Report>();
            for (int i = 0; i < seeds.size(); i++) {
                out.println("\nSeed %d (%d of %d)".formatted(seeds.get(i), i + 1, seeds.size()));
                reports.add(
                        new Compression(
                                        plan.withSeed(seeds.get(i)),
                                        results.get(i),
                                        out,
                                        inputCheck)
                                .run(shared::lease));
            }
            shared.verdictsReached();
            out.println("\n" + new SeedsTable(reports).render());
            out.println(
                    "\nMedian over %d seeds, and the range. The results of each are in %s"
                            .formatted(seeds.size(), folder));
            out.flush();
            return List.copyOf(reports);
        }
    }

    /** The server of the first run, kept for the others. */
    private static final class SharedServer implements AutoCloseable {
        private final Function<Consumer<String>, Server> servers;
        private Server server;

        SharedServer(Function<Consumer<String>, Server> servers) {
            this.servers = servers;
        }

        Server lease(Consumer<String> messages) {
            if (server == null) {
                server = servers.apply(messages);
            }
            return new Lease(server);
        }

        void verdictsReached() {
            server.verdictReached();
        }

        @Override
        public void close() {
            if (server != null) {
                server.close();
            }
        }
    }

    /** A server that outlives the run. Its logs are needed until the last run has a verdict. */
    private record Lease(Server server) implements Server {
        @Override
        public GatewayClient client() {
            return server.client();
        }

        @Override
        public void check() {
            server.check();
        }

        @Override
        public String logs() {
            return server.logs();
        }

        @Override
        public void verdictReached() {}

        @Override
        public void close() {}
    }
}
