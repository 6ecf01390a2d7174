/** Which of a model's outputs a task is scored by. */
package io.pitlane.data.task;
