/**
 * Running jobs and trials in child JVMs: the work folder, the child's start, its protocol, retries
 * and failures.
 */
package io.pitlane.pipeline.process;
