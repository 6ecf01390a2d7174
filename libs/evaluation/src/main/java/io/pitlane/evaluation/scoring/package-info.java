/** Metrics of each task, from outputs and annotations. */
package io.pitlane.evaluation.scoring;
