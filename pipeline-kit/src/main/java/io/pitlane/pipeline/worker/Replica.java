package io.pitlane.pipeline.worker;

/**
 * Who this process is among those of its stage.
 *
 * @param name kept across restarts, shared with no other
 */
record Replica(String name) {}
