/** Finds the output of a model that a task is scored by. */
package io.pitlane.data.task;
