package io.pitlane.gateway.board;

import io.pitlane.contract.artifact.ShortDigest;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.releases.Release;
import io.pitlane.report.CandidateFigures;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What the page of the released models shows.
 *
 * @param waiting runs whose candidates wait for an approval
 * @param models each model with its versions
 */
public record ReleasedView(List<RunSummary> waiting, List<Model> models) {
    private static final int VERSIONS = 20;

    /**
     * A model.
     *
     * @param name path of the model in the plans
     * @param total how often it was released
     * @param versions the newest releases, the newest first
     */
    public record Model(String name, int total, List<Version> versions) {}

    /**
     * A released candidate.
     *
     * @param number 1 for the oldest that is known
     * @param release the release
     * @param figures its figures; null where the report has expired
     * @param before the run of the version before; null for the first
     * @param changes how its figures differ from those of the version before; empty where the
     *     figures are not comparable
     */
    public record Version(
            int number,
            Release release,
            CandidateFigures figures,
            String before,
            List<String> changes) {

        /** The first characters of the run's id. */
        public String shortRun() {
            return RunSummary.shortId(release.runId());
        }

        /** The first characters of the digest. */
        public String shortDigest() {
            return ShortDigest.of(release.digest());
        }

        /** When it was released, for a reader. */
        public String released() {
            return PageTime.of(release.at());
        }
    }

    static ReleasedView of(
            List<RunState> waiting,
            Map<String, List<Release>> releases,
            Function<String, Optional<Report>> reports) {
        return new ReleasedView(
                waiting.stream()
                        .map(run -> RunSummary.of(run, List.of(), Clock.systemUTC()))
                        .toList(),
                releases.entrySet().stream()
                        .map(model -> model(model.getKey(), model.getValue(), reports))
                        .toList());
    }

    private static Model model(
            String name, List<Release> releases, Function<String, Optional<Report>> reports) {
        return new Model(
                name,
                releases.size(),
                IntStream.range(0, Math.min(releases.size(), VERSIONS))
                        .mapToObj(
                                i ->
                                        version(
                                                releases.size() - i,
                                                releases.get(i),
                                                i + 1 < releases.size()
                                                        ? releases.get(i + 1)
                                                        : null,
                                                reports))
                        .toList());
    }

    private static Version version(
            int number,
            Release release,
            Release before,
            Function<String, Optional<Report>> reports) {
        var report = reports.apply(release.runId());
        var earlier = Optional.ofNullable(before).map(Release::runId).flatMap(reports);
        return new Version(
                number,
                release,
                report.map(CandidateFigures::of).orElse(null),
                before == null ? null : before.runId(),
                report.flatMap(now -> earlier.map(then -> CandidateFigures.changes(then, now)))
                        .orElse(List.of()));
    }
}
