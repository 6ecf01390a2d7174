package io.pitlane.gateway.stages;

import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.placement.GroupAssignments.Member;
import java.util.List;
import java.util.SortedMap;

/**
 * The replicas of a stage and the jobs that wait for it.
 *
 * @param stage the stage
 * @param replicas its replicas, as their consumer group knows them
 * @param lag jobs of each partition that are not handed over; one at work counts
 */
public record StageLoad(StageName stage, List<Member> replicas, SortedMap<Integer, Long> lag) {

    /** Jobs of all partitions. */
    public long totalLag() {
        return lag.values().stream().mapToLong(l -> l).sum();
    }
}
