package io.pitlane.bench;

import io.pitlane.contract.Report;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;
import java.util.stream.Stream;

/**
 * One model of the run with all that was found about it.
 *
 * @param model where it is and who made it
 * @param weight its size and footprint
 * @param answers its outputs on the test set
 * @param timings its times, one entry a batch size
 * @param remarks what bench has to say about its figures
 */
record Subject(
        StageTask.LocalModel model,
        Weight weight,
        Answers answers,
        List<Timings> timings,
        List<String> remarks) {

    /** This model's part of the report. */
    Report.ModelFigures figures(int threads) {
        var footprint = weight.footprint();
        return new Report.ModelFigures(
                model.label(),
                model.digest(),
                footprint.format(),
                weight.sizeBytes(),
                weight.packedBytes(),
                footprint.parameters(),
                footprint.nonZeroParameters(),
                footprint.macs(),
                answers.accuracy(),
                answers.fidelity(),
                timings.stream().map(t -> latency(t, threads)).toList(),
                answers.peakMemoryBytes(),
                Stream.concat(model.notes().stream(), remarks.stream()).toList());
    }

    private static Report.Latency latency(Timings timings, int threads) {
        var millis = timings.millis();
        return new Report.Latency(
                timings.batch(),
                threads,
                timings.samples(),
                millis.median(),
                millis.at(90),
                millis.at(95),
                millis.at(99),
                1000 * timings.batch() / millis.median());
    }
}
